import type { Knex } from 'knex';
import type { Session } from '../../../ground/database/session';

/** The run was ended before it was done, because its process was asked to end. */
export class RefreshEnded extends Error {
  override readonly name = 'RefreshEnded';
  constructor(cause?: unknown) {
    super('The process was asked to end before the run did; nothing of the run was published.', {
      cause,
    });
  }
}

const CANCEL_EVERY = 500;

/**
 * Runs the session's work so that the signal ends it also in the midst of a statement: that is cancelled
 * over another connection. Throws {@link RefreshEnded} then, unless the work was done already.
 */
export async function endable<Result>(
  database: Knex,
  session: Session,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (signal === undefined) return await work();
  const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  let cancelling: Promise<unknown> = Promise.resolve();
  let again: NodeJS.Timeout | undefined;
  const cancel = () => {
    // Where it cannot be sent, the loss of the connection does the same.
    cancelling = Promise.resolve(
      database.raw('select pg_cancel_backend(?)', [rows[0]?.pid ?? 0]),
    ).catch(() => undefined);
    // It may have come between two statements.
    again = setTimeout(cancel, CANCEL_EVERY);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work();
  } catch (error) {
    throw signal.aborted ? new RefreshEnded(error) : error;
  } finally {
    signal.removeEventListener('abort', cancel);
    clearTimeout(again);
    // A cancel that comes late must not hit what the session does next.
    await cancelling;
  }
}
