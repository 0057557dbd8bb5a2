import fc from 'fast-check';
import { reconcile, type Reconciliation } from '../../../src/warehouse/reconcile/reconcile';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import {
  allRows,
  change,
  emptyWarehouse,
  loadRecords,
  reportRow,
} from '../../support/databases/warehouse';
import { play, steps } from '../refresh/history/sourceHistory';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());
beforeEach(() => emptyWarehouse(warehouse.knex));

const BIN = '010240000011';
const COMPANIES = 12;

/** A company, its request and a report of it, for each id. */
async function loadAndRefresh(): Promise<void> {
  for (let id = 1; id <= COMPANIES; id += 1) {
    const request = { id, service_id: 'techpark', bp_status: 'registered', company_id: id };
    await loadRecords(warehouse.knex, [
      change({ id, name: `ТОО ${id}`, tin: BIN }, { offset: id, table: 'account_company' }),
      change({ ...request, data: '{}' }, { offset: id, table: 'service_servicerequest' }),
      change(
        reportRow(id, { service_request_id: id, data: { income_total: id, gph_count: 'x' } }),
        {
          offset: id,
        },
      ),
    ]);
  }
  await refresh(warehouse.knex, { reason: 'test' });
}

const all = () => reconcile(warehouse.knex, { nights: 1 });
const onNight = (night: number, nights: number) =>
  reconcile(warehouse.knex, { nights, now: new Date(night * 86_400_000) });
const found = ({ differences }: Reconciliation) =>
  differences.map(({ table, kind, rows, columns, keys }) => ({ table, kind, rows, columns, keys }));

test('whatever the history, published rows are those of a rebuild, on each night and for all keys', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      await emptyWarehouse(warehouse.knex);
      const { records } = play(history);
      await loadRecords(warehouse.knex, records);
      await refresh(warehouse.knex, { reason: 'test' });
      for (const night of [0, 1]) expect(found(await onNight(night, 2))).toEqual([]);
      expect(found(await all())).toEqual([]);
    }),
    { numRuns: Number(process.env['HISTORY_RUNS'] ?? 8) },
  );
});

test('each night brings along what its rows are read from, whatever the ids', async () => {
  for (let id = 1; id <= COMPANIES; id += 1) {
    const [company, report] = [id + 50, id + 100];
    const request = { id, service_id: 'techpark', bp_status: 'registered', company_id: company };
    await loadRecords(warehouse.knex, [
      change(
        { id: company, name: `ТОО ${id}`, tin: BIN },
        { offset: id, table: 'account_company' },
      ),
      change({ ...request, data: '{}' }, { offset: id, table: 'service_servicerequest' }),
      change(reportRow(report, { service_request_id: id }), { offset: id }),
    ]);
  }
  await refresh(warehouse.knex, { reason: 'test' });
  for (const night of [0, 1, 2, 3, 4]) expect(found(await onNight(night, 5))).toEqual([]);
});

test('a changed row, one too few and one too many are each told with keys and columns, and no value', async () => {
  await loadAndRefresh();
  expect(found(await all())).toEqual([]);
  await warehouse.knex('gold.employees').where({ report_id: 3 }).update({ residents_count: 7_777 });
  await warehouse.knex('gold.exports').where({ report_id: 4 }).delete();
  await warehouse.knex('silver.companies').insert({ company_id: 99, name: 'ТОО Чужое' });
  await warehouse.knex('silver.defects').where({ key_id: 5 }).update({ raw_value: 'secret' });
  const told = await all();
  expect(found(told)).toEqual([
    {
      table: 'silver.companies',
      kind: 'SURPLUS',
      rows: 1,
      columns: [],
      keys: [{ company_id: 99 }],
    },
    {
      table: 'silver.defects',
      kind: 'CHANGED',
      rows: 1,
      columns: ['raw_value'],
      keys: [
        { source_table: 'service_report', key_id: '5', column_name: 'gph_count', position: 0 },
      ],
    },
    {
      table: 'gold.employees',
      kind: 'CHANGED',
      rows: 1,
      columns: ['residents_count'],
      keys: [{ service_request_id: 3, report_id: 3 }],
    },
    {
      table: 'gold.exports',
      kind: 'MISSING',
      rows: 1,
      columns: [],
      keys: [{ service_request_id: 4, report_id: 4 }],
    },
  ]);
  for (const value of ['7777', 'Чужое', 'secret'])
    expect(JSON.stringify(told)).not.toContain(value);

  await refresh(warehouse.knex, { reason: 'way out', full: true });
  expect(found(await all())).toEqual([]);
});

test('each key has its turn within as many nights as there are, whichever table lost it', async () => {
  await loadAndRefresh();
  await warehouse.knex('silver.service_report_v2').delete();
  const lost = new Set<unknown>();
  for (let night = 0; night < 4; night += 1) {
    for (const { table, kind, keys } of (await onNight(night, 4)).differences) {
      if (table !== 'silver.service_report_v2') continue;
      expect(kind).toBe('MISSING');
      for (const { report_id } of keys) lost.add(report_id);
    }
  }
  expect(lost.size).toBe(COMPANIES);
});

test('what is not applied yet is no difference', async () => {
  await loadAndRefresh();
  await loadRecords(warehouse.knex, [
    change({ id: 1, name: 'ТОО Новое', tin: null }, { offset: 101, table: 'account_company' }),
    change(reportRow(2), { offset: 102, op: 'd' }),
    { offset: 103, payload: { op: 't', source: { lsn: 1_000 } } },
  ]);
  expect(found(await all())).toEqual([]);
});

test('it writes nothing but its record', async () => {
  await loadAndRefresh();
  const before = await allRows(warehouse.knex);
  const { compared } = await all();
  expect(await allRows(warehouse.knex)).toEqual(before);
  const [record] = await warehouse
    .knex('refresh.reconciliations')
    .orderBy('reconciliation_id', 'desc')
    .limit(1);
  expect(record).toMatchObject({ nights: 1, compared, differences: [], error: null });
  expect(compared).toMatchObject({ 'silver.companies': COMPANIES, 'gold.exports': COMPANIES });
});

test('before anything is published, or after another definition, it says that it cannot tell', async () => {
  await expect(all()).rejects.toThrow('No data has been published yet that could be compared.');
  await loadAndRefresh();
  await warehouse.knex('refresh.data_versions').update({ definition_hash: 'another' });
  await expect(all()).rejects.toThrow(/refresh before comparing/);
  const [record] = await warehouse
    .knex('refresh.reconciliations')
    .orderBy('reconciliation_id', 'desc')
    .limit(1);
  expect(record).toMatchObject({ differences: [], error: expect.stringMatching(/definition/) });
});
