import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { PoolerRefused, refuseHandedOnSessions } from './poolerModes';
import { SQLSTATE } from '../sqlStates';
import { codeOf } from '../thrown';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** How long one attempt may take: a network may swallow what is asked, and what is answered. */
const ATTEMPT_MS = 10_000;
const NO_ANSWER = 'no answer';

/** What PostgreSQL or the network say while a server is on its way up, or not there yet. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  SQLSTATE.cannotConnectNow,
  SQLSTATE.adminShutdown,
  SQLSTATE.tooManyConnections,
  NO_ANSWER,
]);

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'KnexTimeoutError') return NO_ANSWER;
  return codeOf(error) ?? '';
}

/**
 * Waits until the database answers, asking less and less often, and says so. Throws {@link PoolerRefused} at once
 * where it answers through a pooler on which nothing can rest. A failure that waiting
 * does not mend (a wrong password, no such database) is thrown at once, the others when the patience,
 * in milliseconds, is over.
 */
export async function waitForDatabase(
  database: Knex,
  say: (line: string) => void,
  patience = 60_000,
): Promise<void> {
  const end = Date.now() + patience;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      await database.raw('select 1').timeout(ATTEMPT_MS);
      await refuseHandedOnSessions(database);
      return;
    } catch (error) {
      if (error instanceof PoolerRefused) throw error;
      const code = reasonOf(error);
      if (!PASSING_CODES.has(code) || Date.now() + pause > end) {
        throw new Error(
          `The database cannot be reached: ${(error as Error).message.split(' - ').at(-1)}.`,
          {
            cause: error,
          },
        );
      }
      say(`The database does not answer yet (${code}); trying again.`);
      await sleep(pause);
    }
  }
}
