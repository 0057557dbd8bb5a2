import type { Socket } from 'node:net';
import type { Knex } from 'knex';
import { DATABASE_PATIENCE } from './deadline';

/** A client of pg, as far as its own types do not show it. */
interface Connection {
  readonly connection: { readonly stream: Socket };
  /** False while a statement is under way. */
  readonly readyForQuery: boolean;
}

interface Pool {
  on(event: 'createSuccess', heard: (id: number, connection: Connection) => void): void;
}

/**
 * Ends connections of the pool whose statement gets no answer at all, as when the network swallows all
 * that is sent: nothing else would, and the pool would keep them. It makes new ones by itself.
 */
export function endSilentConnections(database: Knex): void {
  (database.client.pool as Pool).on('createSuccess', (_, connection) => {
    const { stream } = connection.connection;
    stream.setTimeout(DATABASE_PATIENCE);
    stream.on('timeout', () => {
      if (!connection.readyForQuery) stream.destroy();
    });
  });
}

/** How long the statements of a transaction may go without a first byte of their answer. */
export async function allowSilence(
  transaction: Knex.Transaction,
  milliseconds: number,
): Promise<void> {
  const connection = (await transaction.client.acquireConnection()) as Connection;
  connection.connection.stream.setTimeout(milliseconds);
}
