import type { Knex } from 'knex';
import { refresh } from '../../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { change, loadRecords, reportRow } from '../../../support/databases/warehouse';

const VERSIONS = 4;

let lived: TestDatabase;
let fresh: TestDatabase;
beforeAll(async () => {
  lived = await createTestDatabase();
  fresh = await createTestDatabase();
});
afterAll(async () => {
  await lived.drop();
  await fresh.drop();
});

/** What each version leaves: its events, what is on record of it, and pseudonyms, which are for good. */
const KEPT = [
  'bronze.service_report_cdc',
  'refresh.data_versions',
  'refresh.runs',
  'silver.bin_pseudonyms',
];

/** Every table, index and type that there is, and how many rows each other table holds. */
async function leftIn(database: Knex) {
  const { rows: relations } = await database.raw<{ rows: { name: string; kind: string }[] }>(
    `select oid::regclass::text as name, relkind as kind from pg_class
     where relnamespace::regnamespace::text !~ '^pg_(toast|catalog)|information_schema'
       and relkind in ('r', 'i', 'v', 'm', 'S', 'c') order by 1`,
  );
  const counts: Record<string, string | undefined> = {};
  for (const { name, kind } of relations) {
    if (kind !== 'r' || KEPT.includes(name)) continue;
    const { rows } = await database.raw<{ rows: { count: string }[] }>(
      `select count(*) from ${name}`,
    );
    counts[name] = rows[0]?.count;
  }
  return { relations: relations.map(({ name }) => name), counts };
}

test('of superseded versions nothing is left but what is on record of their runs', async () => {
  const version = (id: number, bin: string, offset: number) =>
    change(reportRow(id, { service_request_id: id, data: { company_tin: bin, income_total: 5 } }), {
      offset,
    });
  for (let number = 1; number <= VERSIONS; number += 1) {
    await loadRecords(lived.knex, [
      version(1, `01024000000${number}`, number),
      version(1 + number, '020340000022', 100 + number),
    ]);
    await loadRecords(
      lived.knex,
      // All but the newest of these reports go again.
      number === 1 ? [] : [change(reportRow(number), { offset: 200 + number, lsn: 900, op: 'd' })],
    );
    await refresh(lived.knex, { reason: 'test', full: number % 2 === 0 });
  }
  await loadRecords(fresh.knex, [
    version(1, `01024000000${VERSIONS}`, 1),
    version(1 + VERSIONS, '020340000022', 2),
  ]);
  await refresh(fresh.knex, { reason: 'test' });

  expect(await leftIn(lived.knex)).toEqual(await leftIn(fresh.knex));
  expect(await lived.knex('refresh.runs')).toHaveLength(VERSIONS);
  expect(await lived.knex('refresh.data_versions')).toHaveLength(VERSIONS);
});
