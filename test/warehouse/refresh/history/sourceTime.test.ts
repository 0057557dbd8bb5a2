import { refresh } from '../../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { dumpLine, emptyWarehouse, loadLines } from '../../../support/databases/warehouse';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
beforeEach(() => emptyWarehouse(warehouse.knex));
afterAll(() => warehouse.drop());

const MOMENT = 1_700_000_000_000;

/** Loads an event of a company that happened so many seconds after the moment. */
async function load(offset: number, seconds: number, topic = 'techorda.public.account_company') {
  const source = { ts_ms: MOMENT + seconds * 1_000, lsn: offset + 1 };
  const after = { id: offset + 1, name: `ТОО ${seconds}` };
  await loadLines(warehouse.knex, [
    dumpLine({
      topic,
      offset,
      key: { id: offset + 1 },
      payload: { before: null, after, source, op: 'c' },
    }),
  ]);
}

const DEMONSTRATION = 'demo.public.account_company';

/** Seconds after the moment of the version's source time, once what waits is published. */
async function published() {
  await refresh(warehouse.knex, { reason: 'test' });
  const newest = await warehouse
    .knex('refresh.data_versions')
    .orderBy('data_version_id', 'desc')
    .first<{ demonstration: boolean; seconds: number }>(
      'demonstration',
      warehouse.knex.raw('(extract(epoch from source_time) - ?)::integer as seconds', [
        MOMENT / 1_000,
      ]),
    );
  return { demonstration: newest.demonstration, seconds: newest.seconds };
}

test('the source time is that of the newest event among those that are served', async () => {
  await load(0, 100);
  expect(await published()).toEqual({ demonstration: false, seconds: 100 });
  await load(1, 300);
  await load(2, 200);
  expect(await published()).toEqual({ demonstration: false, seconds: 300 });
});

test('it is none of the demonstration data once real events take their place', async () => {
  await load(0, 9_000, DEMONSTRATION);
  expect(await published()).toEqual({ demonstration: true, seconds: 9_000 });
  await load(1, 100);
  expect(await published()).toEqual({ demonstration: false, seconds: 100 });
  await load(2, 9_999, DEMONSTRATION);
  await load(3, 200);
  expect(await published()).toEqual({ demonstration: false, seconds: 200 });
});
