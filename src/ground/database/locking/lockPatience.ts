import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { tellingBlockers } from '../connecting/blockers';
import { SQLSTATE } from '../sqlStates';
import { codeOf } from '../thrown';

/**
 * Waits no longer in one go for a lock that nobody else may share: whoever comes after a waiting session waits
 * with it, readers too. For the transaction that it stands in.
 */
export const SHORT_LOCK_TIMEOUT = `set local lock_timeout = '2s'`;

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;

/** How long to try for locks that other sessions hold, and who hears of it. */
export interface LockPatience {
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** Where nobody says otherwise. */
export const DEFAULT_PATIENCE: LockPatience = { seconds: 300, say: () => undefined };

/** Other sessions did not give up what they hold. The message says who they are. */
export class LocksHeld extends Error {
  override readonly name = 'LocksHeld';
}

/**
 * Repeats an attempt that other sessions hinder by their locks, with growing pauses, in which they and all others
 * go on. Each attempt leaves nothing behind when it fails. Throws {@link LocksHeld} when the patience is over.
 */
export async function patiently<Result>(
  database: Knex,
  { seconds, say }: LockPatience,
  what: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const end = Date.now() + seconds * 1_000;
  return await tellingBlockers(database, say, async (blockers) => {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        return await attempt();
      } catch (error) {
        const code = codeOf(error);
        if (code !== SQLSTATE.lockNotAvailable && code !== SQLSTATE.deadlockDetected) throw error;
        const left = end - Date.now();
        if (left <= 0) throw locksHeld(what, seconds, blockers, error);
        const next = Math.min(pause, left);
        say(
          `${what} cannot get a lock; nothing is changed yet, and it tries again in ${Math.ceil(next / 1_000)} s.`,
        );
        await sleep(next);
      }
    }
  });
}

function locksHeld(
  what: string,
  seconds: number,
  { seen, pids }: { readonly seen: string | undefined; readonly pids: readonly number[] },
  cause: unknown,
): LocksHeld {
  const who = seen ?? 'sessions that this account cannot see';
  const [pid] = pids.filter((one) => one !== 0);
  const how = pid === undefined ? '' : `, such as with: select pg_terminate_backend(${pid})`;
  return new LocksHeld(
    `${what} got no lock within ${seconds} seconds (LOCK_PATIENCE_SECONDS), and nothing was changed: it is held by ${who}. End what holds it${how}, and try again.`,
    { cause },
  );
}
