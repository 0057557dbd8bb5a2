import { destination, pino, type DestinationStream, type LevelWithSilent, type Logger } from 'pino';
import { NO_TRACE, traceIds } from '../../../ground/tracing/spans';
import { isoTime } from './logTime';

/** The log, as JSON lines. Credentials are blotted out wherever a header should get into it. */
export function createLog(
  config: { readonly LOG_LEVEL: LevelWithSilent },
  stream?: DestinationStream,
): Logger {
  const options = {
    level: config.LOG_LEVEL,
    base: null,
    timestamp: () => `,"time":"${isoTime(Date.now())}"`,
    mixin: traceIds,
    // Without a trace a line is as it is, and not copied.
    mixinMergeStrategy: (line: object, ids: object) =>
      ids === NO_TRACE ? line : { ...ids, ...line },
    redact: [
      'authorization',
      '["x-api-key"]',
      'headers.authorization',
      'headers["x-api-key"]',
      'req.headers.authorization',
      'req.headers["x-api-key"]',
    ],
  };
  return pino(options, stream ?? standardOutput());
}

/** How long a line may wait for others, in milliseconds, and how many characters may. */
const PATIENCE = 20;
const MOST_WAITING = 16_384;
/** Lines of these are for whoever looks after a failure: they wait for nothing. */
const IN_NO_HASTE = /^\{"level":[123]0,/;

/** Writes lines together: under load a write for each would cost as much as a known answer. */
function standardOutput(): DestinationStream {
  const output = destination({ dest: 1, sync: true });
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const lines = waiting;
    waiting = '';
    if (lines !== '') output.write(lines);
  };
  process.on('exit', write);
  return {
    write(line) {
      waiting += line;
      if (waiting.length > MOST_WAITING || !IN_NO_HASTE.test(line)) write();
      else timer ??= setTimeout(write, PATIENCE);
    },
  };
}
