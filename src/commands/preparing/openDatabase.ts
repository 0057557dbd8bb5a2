import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Config } from '../../config/config';
import { connect } from '../../ground/database/connecting/connect';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../ground/database/embedded/startEmbeddedPostgres';
import type { Closers } from './ending';

const POOL_SIZE = 4;
const POOL_PATIENCE = 1_000;

export interface OpenDatabase {
  readonly url: string;
  readonly database: Knex;
  /** The embedded server; undefined where DATABASE_URL names another. */
  readonly embedded: Pick<EmbeddedPostgres, 'adopted' | 'sharedWith'> | undefined;
  /** Closes the pool, and gives up the embedded server, which ends with its last user. */
  close(): Promise<void>;
  /** Gives up the embedded server alone. */
  abandon(): Promise<void>;
}

/**
 * Opens the database that the configuration names: DATABASE_URL, else the embedded server, whose start the
 * signal ends.
 */
async function open(
  config: Config,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<OpenDatabase> {
  const port = config.EMBEDDED_PORT === 0 ? undefined : config.EMBEDDED_PORT;
  const server =
    config.DATABASE_URL === undefined
      ? await startEmbeddedPostgres({ dataDir: config.DATA_DIR, log: say, signal, port })
      : undefined;
  if (server && port !== undefined && server.tcpPort !== port) {
    const where = server.tcpPort === undefined ? 'no port' : `port ${server.tcpPort}`;
    say(
      `The embedded server runs already, and listens on ${where}; EMBEDDED_PORT holds when all that use it were ended and it starts again.`,
    );
  }
  const url = server?.url ?? config.DATABASE_URL ?? '';
  const database = connect(url, { poolSize: POOL_SIZE, applicationName: 'techorda' });
  return {
    url,
    database,
    embedded: server,
    async close() {
      // A command that is ended in its midst gives its connections back only when the server ends them.
      await Promise.race([database.destroy(), sleep(POOL_PATIENCE, undefined, { ref: false })]);
      await server?.stop();
    },
    async abandon() {
      await server?.stop();
    },
  };
}

/** Opens the configured database for a command, at whose end it is closed. */
export async function openDatabase(
  config: Config,
  say: (line: string) => void,
  closers: Closers,
): Promise<OpenDatabase> {
  const opening = open(config, say, closers.signal);
  closers.add(
    opening,
    (opened) => opened.close(),
    (opened) => opened.abandon(),
  );
  return await opening;
}
