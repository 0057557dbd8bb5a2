import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Config } from '../config';
import { connect } from '../database/connect';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../database/embedded/startEmbeddedPostgres';

const POOL_PATIENCE = 1_000;

export interface OpenDatabase {
  readonly url: string;
  readonly database: Knex;
  /** The embedded server; undefined where DATABASE_URL names another. */
  readonly embedded: Pick<EmbeddedPostgres, 'adopted' | 'sharedWith'> | undefined;
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
    embedded: server,
    async close() {
      // A command that is ended in its midst gives its connections back only when the server ends them.
      await Promise.race([database.destroy(), sleep(POOL_PATIENCE, undefined, { ref: false })]);
      await server?.stop();
    },
  };
}
