import type { Socket } from 'node:net';
import type { Knex } from 'knex';
import type { Client } from 'pg';

/** A client that knex's pool lends, with what the types of pg do not show. */
export interface LentClient extends Client {
  /** False while a statement is under way. */
  readonly readyForQuery: boolean;
  /** Marks it as broken, so that the pool makes another in its place. */
  __knex__disposed?: unknown;
}

export async function lend(pool: Knex): Promise<LentClient> {
  return (await pool.client.acquireConnection()) as LentClient;
}

/** Gives it back; one of which something failed is not lent again. */
export async function giveBack(pool: Knex, client: LentClient, failure?: unknown): Promise<void> {
  if (failure !== undefined) client.__knex__disposed = failure;
  await pool.client.releaseConnection(client);
}

/** The types of pg call it a stream of any kind. */
export function socketOf({ connection }: Client): Socket {
  return connection.stream as Socket;
}
