import { REFRESH_LOCK } from '../database/locks';
import type { Session } from '../database/session';
import { RefreshEnded } from './ended';

const POLL_MS = 200;
/** A holder that says nothing for so long is taken to be frozen, and loses the lock. */
export const LONGEST_STANDSTILL = '60s';

export interface Waiting {
  /** Hears once that another refresh holds the lock. */
  readonly onWait?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits for its turn: over all processes, one refresh runs at a time. The lock belongs to the session
 * and ends with it, so the session must end where its process stands still between two transactions.
 */
export async function acquireLock(session: Session, { onWait, signal }: Waiting): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    if (signal?.aborted) throw new RefreshEnded();
    // The one setting that outlives a transaction, as the lock does; both are taken back together.
    const { rows } = await session.query<{ locked: boolean }>(
      `select pg_try_advisory_lock($1) as locked, set_config('idle_session_timeout', $2, false)`,
      [REFRESH_LOCK, LONGEST_STANDSTILL],
    );
    if (rows[0]?.locked === true) return;
    if (attempt === 0) onWait?.();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** On a broken connection there is nothing to take back: the lock went with it. */
export async function releaseLock(session: Session): Promise<void> {
  try {
    await session.query('select pg_advisory_unlock($1)', [REFRESH_LOCK]);
    await session.query('reset idle_session_timeout');
  } catch {
    // The pool gives the connection up: the work on it failed too, or the next will.
  }
}
