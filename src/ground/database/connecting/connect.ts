import knex, { type Knex } from 'knex';
import { types } from 'pg';
import { fixSettings } from './sessionSettings';
import { notePids } from './blockers';
import type { AfterCreate } from './connectionBeside';

/** PostgreSQL's type numbers (pg_type.oid) of the types that pg would not leave as they are. */
const OID: Readonly<
  Record<
    | 'date'
    | 'timestamptz'
    | 'timestamp'
    | 'textArray'
    | 'numericArray'
    | 'bigintArray'
    | 'dateArray',
    number
  >
> = {
  date: 1082,
  timestamptz: 1184,
  timestamp: 1114,
  textArray: 1009,
  numericArray: 1231,
  bigintArray: 1016,
  dateArray: 1182,
};

/**
 * The one place where PostgreSQL's values become JavaScript's. pg would turn numeric[] into floats
 * and date into local midnight; here every exact or calendar value stays the text that PostgreSQL
 * wrote, under the settings that each connection has.
 */
function setTypeParsers(): void {
  const asText = (value: string) => value;
  types.setTypeParser(OID.date, asText);
  types.setTypeParser(OID.timestamptz, asText);
  types.setTypeParser(OID.timestamp, asText);
  // The parser of text[] keeps the elements as the texts that they are.
  const textArray = types.getTypeParser(OID.textArray) as (value: string) => string[];
  types.setTypeParser(OID.numericArray, textArray);
  types.setTypeParser(OID.bigintArray, textArray);
  types.setTypeParser(OID.dateArray, textArray);
}

/** A network that swallows everything must not keep anybody waiting for longer, in milliseconds. */
const CONNECT_TIMEOUT = 5_000;

export interface ConnectOptions {
  /** Most connections held at once. */
  readonly poolSize: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** How long to wait for a free connection, in milliseconds. */
  readonly acquireTimeout?: number;
  /** How long a statement may run that no transaction sets a time for, in milliseconds. */
  readonly statementTimeout?: number;
  /** Told of connections that broke or could not be made, beside the statements that fail with them. */
  readonly onTrouble?: (message: string) => void;
}

/** A pool on the database. numeric and bigint arrive as strings, dates and timestamps as ISO texts in UTC. */
export function connect(url: string, options: ConnectOptions): Knex {
  setTypeParsers();
  // knex would write to standard output, where commands write their results.
  const tell = (message: unknown) => options.onTrouble?.(String(message));
  const database = knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
    },
    pool: { min: 0, max: options.poolSize, afterCreate: settle(options.statementTimeout ?? 0) },
    log: { warn: tell, error: tell },
    // Errors are logged: with the statement, but without the values that it binds.
    compileSqlOnError: false,
    acquireConnectionTimeout: options.acquireTimeout ?? 10_000,
  });
  notePids(database);
  return database;
}

/** Makes each new connection one of ours before anybody is lent it. */
function settle(statementTimeout: number): AfterCreate {
  return (client, done) => {
    fixSettings(client, statementTimeout).then(
      () => done(),
      (error: unknown) => {
        client.end().catch(() => undefined);
        done(error);
      },
    );
  };
}

/** Another pool on the same database, for what must not take the connections of the first. */
export function poolBeside(database: Knex, size: number): Knex {
  const config = database.client.config as Knex.Config;
  return knex({ ...config, pool: { ...config.pool, max: size } });
}
