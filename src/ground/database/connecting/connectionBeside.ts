import type { Knex } from 'knex';
import type { Client } from 'pg';

/** What a pool does with each new connection before anybody is lent it. */
export type AfterCreate = (client: Client, done: (error?: unknown) => void) => void;

/** A connection with the settings of the pool that is not the pool's. Whoever asks for it ends it. */
export async function connectionBeside(database: Knex): Promise<Client> {
  const client = (await database.client.acquireRawConnection()) as Client;
  const { afterCreate } = (database.client.config as Knex.Config).pool as {
    afterCreate: AfterCreate;
  };
  return await new Promise((resolve, reject) => {
    afterCreate(client, (error) => {
      if (error === undefined) resolve(client);
      else reject(error as Error);
    });
  });
}
