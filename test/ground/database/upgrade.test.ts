import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Knex } from 'knex';
import { migrate } from '../../../src/ground/database/migrating/migrate';
import { reconcile } from '../../../src/warehouse/reconcile/reconcile';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { allRows } from '../../support/databases/warehouse';
import { fixture } from '../../support/places';

/** The databases that releases made; see the README beside them. */
const RELEASES = ['0.1.0'];

const dumpOf = (release: string) =>
  gunzipSync(readFileSync(fixture('releases', `${release}.sql.gz`))).toString();

const BRONZE = ['account_company', 'service_servicerequest', 'service_report'];

/** The dump sets an empty search_path for its session, which must not go back to a pool. */
async function restore(database: TestDatabase, dump: string): Promise<void> {
  await database.knex.transaction(async (transaction) => {
    await transaction.raw(dump.replaceAll('?', '\\?'));
    await transaction.raw('reset all');
  });
}

/** Number and content of all events and of what waits in quarantine. */
async function bronzeOf(knex: Knex): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const table of BRONZE) {
    const { rows } = await knex.raw<{ rows: unknown[] }>(
      `select count(*)::int as events, md5(string_agg(event_no || payload, ',' order by event_no)) as content
       from bronze.${table}_cdc`,
    );
    found[table] = rows[0];
  }
  found['quarantine'] = await knex('bronze.quarantine').count();
  return found;
}

const rowCounts = (rows: Record<string, unknown[]>) =>
  Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.length]));

describe.each(RELEASES)('a database of release %s', (release) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
    await restore(database, dumpOf(release));
  });
  afterAll(() => database.drop());

  test('keeps its events, pseudonyms and keys, needs no reload, and has the rows of a rebuild', async () => {
    const { knex } = database;
    const bronze = await bronzeOf(knex);
    const pseudonyms = await knex('silver.bin_pseudonyms').orderBy('bin');
    const counts = rowCounts(await allRows(knex));
    const keys = await knex('access.api_keys').select('key_id', 'name', 'rights');
    expect(counts['gold.financing']).toBeGreaterThan(200);
    expect(keys).toHaveLength(1);

    const failure = { gate: 'bin_missing', table_name: 'gold.exports' };
    await knex('refresh.gate_failures').insert({ ...failure, service_request_id: 5, report_id: 4 });

    expect((await migrate(knex)).length).toBeGreaterThan(0);
    expect(await knex('refresh.gate_failures').where({ ...failure, unit: '5' })).toEqual([
      { ...failure, unit: '5', row_key: { report_id: 4, service_request_id: 5 } },
    ]);
    expect(await bronzeOf(knex)).toEqual(bronze);
    expect(await knex('access.api_keys').select('key_id', 'name', 'rights')).toEqual(keys);
    // Served as they were until the first refresh.
    expect(rowCounts(await allRows(knex))).toEqual(counts);

    expect((await refresh(knex, { reason: 'upgrade' })).status).toBe('PUBLISHED');
    expect(rowCounts(await allRows(knex))).toEqual(counts);
    expect(await knex('silver.bin_pseudonyms').orderBy('bin')).toEqual(pseudonyms);
    expect((await reconcile(knex, { nights: 1 })).differences).toEqual([]);
    expect((await refresh(knex, { reason: 'again' })).status).toBe('UNCHANGED');
  });
});
