import type { Knex } from 'knex';
import type { PoolClient } from 'pg';
import { leaveOutValues } from './quotedValues';

/** One connection of the pool, for what needs several statements on the same one: COPY, locks. */
export type Session = Pick<PoolClient, 'query' | 'on' | 'removeListener'>;

/** Marks a connection of knex's pool as broken, so that the pool replaces it. */
interface PooledConnection extends PoolClient {
  __knex__disposed?: unknown;
}

/**
 * Lends a connection of the pool to `work`. A connection whose work failed is not lent again: its
 * state (an open transaction, a half-done COPY, a lock) is unknown. Its error tells no values of rows.
 */
export async function withSession<Result>(
  database: Knex,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const connection = (await database.client.acquireConnection()) as PooledConnection;
  try {
    return await work(connection);
  } catch (error) {
    connection.__knex__disposed = error;
    throw leaveOutValues(error);
  } finally {
    await database.client.releaseConnection(connection);
  }
}

/** Runs `work` in a transaction of the session: committed when it returns, else rolled back. */
export async function inTransaction<Result>(
  session: Session,
  isolation: 'read committed' | 'repeatable read',
  work: () => Promise<Result>,
): Promise<Result> {
  await session.query(`begin isolation level ${isolation}`);
  try {
    const result = await work();
    await session.query('commit');
    return result;
  } catch (error) {
    // The first error is the one to tell; a connection that cannot roll back is given up anyway.
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}
