import type { Logger } from 'pino';
import type { TokenOptions } from '../../access/tokens/tokens';
import { loggedError } from '../basis/failure';

/** What the log knows of tokens: which check one failed, and nothing that stands in it. */
export function tokenLog(log: Logger): Pick<TokenOptions, 'onRefused' | 'onTrouble'> {
  return {
    onRefused: (why) => log.info(why, 'token refused'),
    onTrouble: (error) =>
      log.warn({ error: loggedError(error) }, "the identity provider's keys cannot be fetched"),
  };
}
