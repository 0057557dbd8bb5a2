import type { ClientBase, QueryResult } from 'pg';

/**
 * Settings on which it depends what a statement or a value means, or whether a statement runs at all. A
 * database or an account can have others (ALTER DATABASE … SET, ALTER ROLE … SET): each connection of ours sets
 * its own, whoever makes it. They are set by statements, since what stands in the startup message need not
 * reach the server through a pooler. Left to the server: what costs time or safety but changes no answer, and
 * default_transaction_read_only, which says that nothing can be written.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // First, so that those below mean what they say.
  standard_conforming_strings: 'on',
  search_path: 'public',
  client_encoding: 'UTF8',
  // How values are written as text, and read from it.
  bytea_output: 'hex',
  datestyle: 'ISO, MDY',
  extra_float_digits: '1',
  intervalstyle: 'iso_8601',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  quote_all_identifiers: 'off',
  timezone: 'UTC',
  timezone_abbreviations: 'Default',
  xmlbinary: 'base64',
  xmloption: 'content',
  // What statements mean.
  array_nulls: 'on',
  backslash_quote: 'safe_encoding',
  default_text_search_config: 'pg_catalog.simple',
  default_transaction_deferrable: 'off',
  default_transaction_isolation: 'read committed',
  gin_fuzzy_search_limit: '0',
  row_security: 'on',
  transform_null_equals: 'off',
  'plpgsql.extra_errors': 'none',
  // Whether they run: what has a limit of ours sets it by itself.
  escape_string_warning: 'on',
  lock_timeout: '0',
  default_tablespace: '',
  temp_tablespaces: '',
  default_table_access_method: 'heap',
  plan_cache_mode: 'auto',
  // PostgreSQL thinks that compiling these wide SELECTs pays; it doubles what a refresh takes.
  jit: 'off',
};

/** The same for settings that only newer servers have. */
const SINCE_17: Readonly<Record<string, string>> = {
  transaction_timeout: '0',
  restrict_nonsystem_relation_kind: '',
};

function settingsText(statementTimeout: number): string {
  const set = Object.entries({ statement_timeout: String(statementTimeout), ...SETTINGS }).map(
    ([name, value]) => `set ${name} = '${value}'`,
  );
  const newer = Object.entries(SINCE_17).map(
    ([name, value]) =>
      `select pg_catalog.set_config('${name}', '${value}', false) where pg_catalog.current_setting('${name}', true) is not null`,
  );
  // A pooler may hand on a connection with statements that another client has prepared.
  return [...set, ...newer, 'deallocate all', 'select pg_catalog.pg_backend_pid() as pid'].join(
    ';\n',
  );
}

const backends = new WeakMap<object, number>();

/** Makes a new connection one of ours, in one round trip. A statement's time is in milliseconds; 0: any time. */
export async function fixSettings(client: ClientBase, statementTimeout: number): Promise<void> {
  const results = (await client.query(settingsText(statementTimeout))) as unknown as QueryResult<{
    pid: number;
  }>[];
  const pid = results.at(-1)?.rows[0]?.pid;
  if (pid !== undefined) backends.set(client, pid);
}

/**
 * The number of the server's process behind a connection whose settings were fixed. What the connection was told at
 * its start may be a pooler's invention.
 */
export function backendOf(client: object): number {
  const pid = backends.get(client);
  if (pid === undefined) throw new Error('The settings of this connection were not fixed.');
  return pid;
}
