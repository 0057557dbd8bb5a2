import type { Knex } from 'knex';
import type { Config } from '../config';
import { connect } from '../database/connect';
import { startEmbeddedPostgres } from '../database/embedded/startEmbeddedPostgres';

export interface OpenDatabase {
  readonly url: string;
  readonly database: Knex;
  /** True for the embedded server, false for one that DATABASE_URL names. */
  readonly embedded: boolean;
  /** Closes the pool, and gives up the embedded server, which ends with its last user. */
  close(): Promise<void>;
}

/** Opens the database that the configuration names: DATABASE_URL, else the embedded server. */
export async function openDatabase(
  config: Config,
  say: (line: string) => void,
  poolSize = 4,
): Promise<OpenDatabase> {
  const server =
    config.DATABASE_URL === undefined
      ? await startEmbeddedPostgres({ dataDir: config.DATA_DIR, log: say })
      : undefined;
  const url = server?.url ?? config.DATABASE_URL ?? '';
  const database = connect(url, { poolSize, applicationName: 'techorda' });
  return {
    url,
    database,
    embedded: server !== undefined,
    async close() {
      await database.destroy();
      await server?.stop();
    },
  };
}
