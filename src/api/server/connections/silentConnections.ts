import type { Knex } from 'knex';
import { lend, socketOf, type LentClient } from '../../../ground/database/lentClient';
import { DATABASE_PATIENCE } from '../basis/deadline';

interface Pool {
  on(event: 'createSuccess', heard: (id: number, client: LentClient) => void): void;
}

/**
 * Ends connections of the pool whose statement gets no answer at all, as when the network swallows all
 * that is sent: nothing else would, and the pool would keep them. It makes new ones by itself.
 */
export function endSilentConnections(database: Knex): void {
  (database.client.pool as Pool).on('createSuccess', (_, client) => {
    const stream = socketOf(client);
    stream.setTimeout(DATABASE_PATIENCE);
    stream.on('timeout', () => {
      if (!client.readyForQuery) stream.destroy();
    });
  });
}

/** How long the statements of a transaction may go without a first byte of their answer. */
export async function allowSilence(
  transaction: Knex.Transaction,
  milliseconds: number,
): Promise<void> {
  socketOf(await lend(transaction)).setTimeout(milliseconds);
}
