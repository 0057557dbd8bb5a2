import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

/** Loads so many reports and refreshes; returns how many events the planner takes the table to have. */
async function eventsKnownAfter(from: number, to: number): Promise<number> {
  const records = Array.from({ length: to - from }, (_, index) =>
    change(reportRow(from + index), { offset: from + index }),
  );
  await loadRecords(warehouse.knex, records);
  await refresh(warehouse.knex, { reason: 'test' });
  const { rows } = await warehouse.knex.raw<{ rows: { reltuples: number }[] }>(
    `select reltuples from pg_class where oid = 'bronze.service_report_cdc'::regclass`,
  );
  return Number(rows[0]?.reltuples);
}

// With statistics of a small table the planner reads a large one once for each of its rows.
test('a load that outgrows the statistics of its table renews them, a small one does not', async () => {
  expect(await eventsKnownAfter(0, 20)).toBe(20);
  expect(await eventsKnownAfter(20, 220)).toBe(220);
  expect(await eventsKnownAfter(220, 240)).toBe(220);
});
