import type { Knex } from 'knex';
import { ReleaseRefused, releaseHeldRun } from '../../../ground/database/queue/releaseHeldRun';
import { answerError } from '../../resolvers/request/errors';
import type { Request } from '../../resolvers/request/request';

/** Lets the gates of a held run pass, as a request asks for it. */
export function releaseFor(database: Knex): Request['releaseHeldRun'] {
  return async ({ name, keyId }, runId, why) => {
    try {
      return await releaseHeldRun(database, { runId, by: `${name} (${keyId})`, why });
    } catch (error) {
      if (error instanceof ReleaseRefused) throw answerError('BAD_USER_INPUT', error.message);
      throw error;
    }
  };
}
