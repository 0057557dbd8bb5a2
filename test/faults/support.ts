import type { Knex } from 'knex';
import { Client } from 'pg';
import { dumpLine, generateEvents } from '../../src/demo/generateEvents';
import { allRows } from '../support/databases/warehouse';

export { until } from '../support/until';

/** `npm run faults` tries each fault often and on much data; `npm test` only shows that it is survived. */
export const thorough = process.env['FAULTS'] === 'thorough';

/** A figure of docs/operations.md. */
export function figure(text: string): void {
  if (thorough) process.stderr.write(`FIGURE  ${text}\n`);
}

/** The events of the demonstration as a real source's, so that nothing steps aside. */
export function realLines(scale: number): string[] {
  return [...generateEvents({ scale })].map((record) =>
    dumpLine({ ...record, topic: record.topic.replace(/^demo\./, 'techorda.') }),
  );
}

/** The server's process that holds the refresh lock; undefined where nobody does. */
export async function lockHolder(database: Knex): Promise<number | undefined> {
  const { rows } = await database.raw<{ rows: { pid: number }[] }>(
    `select pid from pg_locks where relation = 'locks.refresh'::regclass and mode = 'ExclusiveLock'
       and granted and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]?.pid;
}

export async function pendingEvents(database: Knex): Promise<number> {
  const { rows } = await database.raw<{ rows: { pending: string }[] }>(
    'select sum(events - event_no) as pending from bronze.progress join refresh.applied using (table_name)',
  );
  return Number(rows[0]?.pending);
}

/** Silver and Gold without what is drawn at random. */
export async function rowsWithoutPseudonyms(database: Knex): Promise<Record<string, unknown[]>> {
  const tables = await allRows(database);
  return Object.fromEntries(
    Object.entries(tables).map(([table, rows]) => [
      table,
      rows.map((row) => ({ ...(row as object), bin_pseudonym: undefined })),
    ]),
  );
}

export async function rowsOfBronze(database: Knex): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: string }[] }>(
    `select (select count(*) from bronze.service_report_cdc)
       + (select count(*) from bronze.service_servicerequest_cdc)
       + (select count(*) from bronze.account_company_cdc) as count`,
  );
  return Number(rows[0]?.count);
}

/** Stops every refresh just before it publishes, until the connection is ended. */
export async function holdPublication(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  // Some tests kill the server that it is connected to.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await client.query('set local idle_in_transaction_session_timeout = 0');
  await client.query('select from refresh.applied for share');
  return client;
}
