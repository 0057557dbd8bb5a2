import type { Knex } from 'knex';
import { withSession, type Session } from '../session';
import { SQLSTATE } from '../sqlStates';
import { codeOf } from '../thrown';

/**
 * What happens once at a time over all processes, each by a table of the schema `locks`. A table is locked by a
 * transaction and ends with it, however its process ends; only roles with a right to the table can lock it, while
 * an advisory lock can be taken by any account that knows its number.
 */
export type Lock = 'migration' | 'refresh' | 'demonstration' | 'masked_views' | 'compaction';

/** Waits for the lock. Nothing else locks its table in this mode, which neither disturbs backups nor vacuum. */
export function lockStatement(lock: Lock): string {
  return `lock table locks.${lock} in exclusive mode`;
}

/** A condition in SQL: somebody has the lock. It is no error in the server's log, as a failed attempt is. */
export function isLocked(lock: Lock): string {
  return `exists (
    select from pg_locks
    where locktype = 'relation' and mode = 'ExclusiveLock' and granted and relation = 'locks.${lock}'::regclass
      and database = (select oid from pg_database where datname = current_database()))`;
}

/**
 * Takes the lock where nobody has it. The session is in a transaction: one that failed and is to be rolled back
 * where this returns false.
 */
export async function tryLock(session: Session, lock: Lock): Promise<boolean> {
  try {
    await session.query(`${lockStatement(lock)} nowait`);
    return true;
  } catch (error) {
    if (codeOf(error) !== SQLSTATE.lockNotAvailable) throw error;
    return false;
  }
}

/**
 * Does `work` while a connection of its own has the lock. The connection's transaction only locks: it has no
 * snapshot, so that it holds up no vacuum, and may be idle for as long as the work takes.
 */
export async function whileLocked<Result>(
  database: Knex,
  lock: Lock,
  work: () => Promise<Result>,
): Promise<Result> {
  return await withSession(database, (session) =>
    inLockingTransaction(session, async () => {
      await session.query(lockStatement(lock));
      return await work();
    }),
  );
}

/** The same where nobody has the lock; else `refuse` throws what is to be said. */
export async function whileLockedOr<Result>(
  database: Knex,
  lock: Lock,
  refuse: () => never,
  work: () => Promise<Result>,
): Promise<Result> {
  return await withSession(database, async (session) => {
    const { rows } = await session.query<{ taken: boolean }>(`select ${isLocked(lock)} as taken`);
    if (rows[0]?.taken === true) refuse();
    return await inLockingTransaction(session, async () => {
      if (!(await tryLock(session, lock))) refuse();
      return await work();
    });
  });
}

async function inLockingTransaction<Result>(
  session: Session,
  work: () => Promise<Result>,
): Promise<Result> {
  await session.query('begin');
  try {
    await session.query('set local idle_in_transaction_session_timeout = 0');
    return await work();
  } finally {
    // On a broken connection there is nothing to take back: the lock went with it.
    await session.query('rollback').catch(() => undefined);
  }
}
