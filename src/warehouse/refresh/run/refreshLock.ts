import { isLocked, tryLock } from '../../../ground/database/locking/locks';
import type { Session } from '../../../ground/database/session';
import { RefreshEnded } from './ended';

const POLL_MS = 200;
/** A holder that says nothing for so long is taken to be frozen, and loses the lock. */
const LONGEST_STANDSTILL = '60s';

export interface Waiting {
  /** Hears once that another refresh holds the lock. */
  readonly onWait?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The turn of one refresh. It lasts as long as the transaction in which the refresh writes. */
export interface Turn {
  /** Does work of the transaction. What fails is taken back; the turn goes on. */
  attempt<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Publishes what was written. The turn is over: another may begin at once. */
  commit(): Promise<void>;
  /** Ends the turn, unless that is done; what was not committed is taken back. */
  end(): Promise<void>;
}

/**
 * Waits for its turn: over all processes, one refresh runs at a time. The lock and what is written under it
 * belong to one transaction, so that whoever loses the one loses the other.
 */
export async function waitForTurn(session: Session, { onWait, signal }: Waiting): Promise<Turn> {
  for (let attempt = 0; ; attempt += 1) {
    if (signal?.aborted) throw new RefreshEnded();
    if (await take(session)) return turnOf(session);
    if (attempt === 0) onWait?.();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function take(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ taken: boolean }>(
    `select ${isLocked('refresh')} as taken`,
  );
  if (rows[0]?.taken === true) return false;
  // The transaction's snapshot is that of its first SELECT: what others published before is seen by it.
  await session.query('begin isolation level repeatable read');
  if (!(await tryLock(session, 'refresh'))) {
    await session.query('rollback');
    return false;
  }
  await loseItWhenFrozen(session);
  return true;
}

/** What a process that stands still for a minute wants to commit after that is refused. */
async function loseItWhenFrozen(session: Session): Promise<void> {
  const setting = 'idle_in_transaction_session_timeout';
  const { rows } = await session.query<Record<typeof setting, string>>(`show ${setting}`);
  if (rows[0]?.[setting] !== '0') return;
  await session.query(`set local ${setting} = '${LONGEST_STANDSTILL}'`);
}

function turnOf(session: Session): Turn {
  let over = false;
  return {
    async attempt(work) {
      await session.query('savepoint turn');
      try {
        return await work();
      } catch (error) {
        // Of a transaction that fails without a savepoint the locks end at once. The first error is the one to tell.
        await session.query('rollback to savepoint turn').catch(() => undefined);
        throw error;
      }
    },
    async commit() {
      over = true;
      await session.query('commit');
    },
    async end() {
      if (over) return;
      over = true;
      // On a broken connection there is nothing to take back.
      await session.query('rollback').catch(() => undefined);
    },
  };
}
