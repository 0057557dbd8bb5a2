import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { NOTHING_LOADED } from '../../../src/warehouse/bronze/loadCounts';
import { ingestDumpFile } from '../../../src/warehouse/bronze/dumpFile';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import {
  MAX_EVENT_BYTES,
  allRows,
  emptyWarehouse,
  loadLines,
} from '../../support/databases/warehouse';
import { fixture } from '../../support/places';

const folder = fixture('small');
const dump = join(folder, 'bronze.ndjson.gz');
const summary = JSON.parse(readFileSync(join(folder, 'expected-summary.json'), 'utf8')) as {
  bronze: Record<string, number>;
  silver: Record<string, number>;
  gold: Record<string, number>;
};

let warehouse: TestDatabase;
let rows: Record<string, unknown[]>;

beforeAll(async () => {
  warehouse = await createTestDatabase();
  await ingestDumpFile(warehouse.knex, dump, { maxEventBytes: MAX_EVENT_BYTES });
  await refresh(warehouse.knex, { reason: 'test' });
  rows = await allRows(warehouse.knex);
});
afterAll(() => warehouse.drop());

async function countOf(expression: string, table: string): Promise<number> {
  const { rows: found } = await warehouse.knex.raw<{ rows: { count: string }[] }>(
    `select ${expression} as count from ${table}`,
  );
  return Number(found[0]?.count);
}

describe('the small dump', () => {
  test('leads to the expected number of rows in each layer', async () => {
    const counts: Record<string, number> = {};
    for (const table of Object.keys(summary.bronze)) {
      counts[table] = await countOf('count(*)', `bronze.${table}_cdc`);
    }
    expect(counts).toEqual(summary.bronze);
    for (const [table, count] of Object.entries(summary.gold)) {
      expect([table, rows[`gold.${table}`]?.length]).toEqual([table, count]);
    }
    const { companies_reporting: reporting, ...silver } = summary.silver;
    for (const [table, count] of Object.entries(silver)) {
      expect([table, rows[`silver.${table}`]?.length]).toEqual([table, count]);
    }
    const join = 'silver.service_report_v2 join silver.service_requests using (service_request_id)';
    // A request without a company stands for one of its own.
    const company = "count(distinct coalesce(company_id::text, 'request ' || service_request_id))";
    expect(await countOf(company, join)).toBe(reporting);
  });

  test('changes nothing when it is loaded again', async () => {
    const again = await ingestDumpFile(warehouse.knex, dump, { maxEventBytes: MAX_EVENT_BYTES });
    expect(again).toEqual({ ...NOTHING_LOADED, added: 0, known: 2086 });
    expect((await refresh(warehouse.knex, { reason: 'test' })).status).toBe('UNCHANGED');
    expect(await allRows(warehouse.knex)).toEqual(rows);
  });

  test('gives the same rows by a full rebuild', async () => {
    const { changed } = await refresh(warehouse.knex, { reason: 'test', full: true });
    const touched = Object.values(changed).flatMap((counts) => Object.values(counts) as number[]);
    expect(touched.every((count) => count === 0)).toBe(true);
    expect(await allRows(warehouse.knex)).toEqual(rows);
  });

  test('gives the same rows when its lines come in pieces and backwards', async () => {
    await emptyWarehouse(warehouse.knex);
    const lines = gunzipSync(readFileSync(dump)).toString('utf8').trimEnd().split('\n').reverse();
    for (let start = 0; start < lines.length; start += 300) {
      await loadLines(warehouse.knex, lines.slice(start, start + 310));
      await refresh(warehouse.knex, { reason: 'test' });
    }
    expect(await allRows(warehouse.knex)).toEqual(rows);
  });
});
