import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config';

/** The log, as JSON lines. Credentials are blotted out wherever a header should get into it. */
export function createLog(config: Pick<Config, 'LOG_LEVEL'>, stream?: DestinationStream): Logger {
  const options = {
    level: config.LOG_LEVEL,
    base: null,
    redact: [
      'authorization',
      '["x-api-key"]',
      'headers.authorization',
      'headers["x-api-key"]',
      'req.headers.authorization',
      'req.headers["x-api-key"]',
    ],
  };
  return stream ? pino(options, stream) : pino(options);
}
