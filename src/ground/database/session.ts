import type { Knex } from 'knex';
import type { Client } from 'pg';
import { giveBack, lend } from './lentClient';
import { leaveOutValues } from './quotedValues';

/** One connection of the pool, for what needs several statements on the same one: COPY, locks. */
export type Session = Pick<Client, 'query' | 'on' | 'removeListener'>;

/**
 * Lends a connection of the pool to `work`. A connection whose work failed is not lent again: its
 * state (an open transaction, a half-done COPY, a lock) is unknown. Its error tells no values of rows.
 */
export async function withSession<Result>(
  database: Knex,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const client = await lend(database);
  let failure: unknown;
  try {
    return await work(client);
  } catch (error) {
    failure = error;
    throw leaveOutValues(error);
  } finally {
    await giveBack(database, client, failure);
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
