import { destination, pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config';
import { traceIds } from '../tracing/spans';

/** The log, as JSON lines. Credentials are blotted out wherever a header should get into it. */
export function createLog(config: Pick<Config, 'LOG_LEVEL'>, stream?: DestinationStream): Logger {
  const options = {
    level: config.LOG_LEVEL,
    base: null,
    mixin: traceIds,
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

/** Writes the lines of one turn of the event loop together: under load a write each costs as much as a known answer. */
function standardOutput(): DestinationStream {
  const output = destination({ dest: 1, sync: true });
  let waiting = '';
  const write = () => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') output.write(lines);
  };
  process.on('exit', write);
  return {
    write(line) {
      if (waiting === '') setImmediate(write);
      waiting += line;
    },
  };
}
