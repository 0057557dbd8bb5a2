import fc from 'fast-check';
import { refresh } from '../../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { allRows, emptyWarehouse, loadRecords } from '../../../support/databases/warehouse';
import { play, steps } from './sourceHistory';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

/** The records cut into loads, with a refresh after each. */
const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });

function parse(text: unknown): Record<string, unknown> {
  return JSON.parse(String(text)) as Record<string, unknown>;
}

test('whatever the history, Silver holds the rows of the source, however its events are loaded', async () => {
  await fc.assert(
    fc.asyncProperty(steps, cuts, fc.infiniteStream(fc.nat()), async (history, sizes, order) => {
      await emptyWarehouse(warehouse.knex);
      const { records, rows } = play(history);

      let start = 0;
      for (const size of [...sizes, records.length]) {
        await loadRecords(warehouse.knex, records.slice(start, start + size));
        start += size;
        await refresh(warehouse.knex, { reason: 'piece' });
      }
      const byPieces = await allRows(warehouse.knex);

      await refresh(warehouse.knex, { reason: 'rebuild', full: true });
      expect(await allRows(warehouse.knex)).toEqual(byPieces);

      // Loaded in another order, and twice.
      await emptyWarehouse(warehouse.knex);
      const shuffled = records
        .map((record) => ({ record, at: order.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ record }) => record);
      await loadRecords(warehouse.knex, [...shuffled, ...records]);
      await refresh(warehouse.knex, { reason: 'shuffled' });
      expect(await allRows(warehouse.knex)).toEqual(byPieces);

      const ids = (table: string, key: string) =>
        byPieces[table]?.map((row) => (row as Record<string, number>)[key]);
      const expected = (table: keyof typeof rows) => [...rows[table].keys()].sort((a, b) => a - b);
      expect(ids('silver.companies', 'company_id')).toEqual(expected('account_company'));
      expect(ids('silver.service_requests', 'service_request_id')).toEqual(
        expected('service_servicerequest'),
      );
      expect(ids('silver.service_report_v2', 'report_id')).toEqual(expected('service_report'));
      const incomes = new Map(
        [...rows.service_report].map(([id, row]) => [id, parse(row['data'])]),
      );
      for (const row of byPieces['silver.service_report_v2'] as Record<string, unknown>[]) {
        const given = incomes.get(row['report_id'] as number)?.['income_total'];
        const read =
          typeof given === 'number' ? given.toFixed(2) : given === '1 000,5' ? '1000.50' : null;
        expect([row['report_id'], row['income_total']]).toEqual([row['report_id'], read]);
      }
    }),
    { numRuns: Number(process.env['HISTORY_RUNS'] ?? 25) },
  );
});
