import type { Knex } from 'knex';
import type { Client } from 'pg';
import { connectionBeside } from '../connecting/connectionBeside';

/**
 * Stops the statement that a backend runs. It is asked over a connection of its own: those of the pool
 * may all be busy with just such statements. Without success the statement's time limit ends it.
 */
export async function cancelStatement(database: Knex, pid: number): Promise<void> {
  let client: Client | undefined;
  try {
    client = await connectionBeside(database);
    client.on('error', () => undefined);
    await client.query('select pg_cancel_backend($1)', [pid]);
  } catch {
    // The database is gone, and the statement with it.
  } finally {
    await client?.end().catch(() => undefined);
  }
}
