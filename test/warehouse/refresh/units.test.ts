import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase } from '../../support/databases/database';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';
import { lineage } from '../../../src/warehouse/lineage/lineage';
import { rollupsOf } from '../../../src/warehouse/refresh/tables/rollupStatements';

test('rollups that add up over another column than the unit of refresh are refused', () => {
  const exports = lineage().table('gold.exports');
  expect(rollupsOf(exports)).toMatchObject({ unit: 'service_request_id', judge: undefined });
  expect(() => rollupsOf({ ...exports, unit: 'report_id' })).toThrow(
    'gold.exports is refreshed by report_id, and its rollups add up over service_request_id; expected "-- unit: service_request_id" in sql/gold/exports.sql.',
  );
});

test('a mart without generated statements has no rollups', () => {
  expect(rollupsOf({ ...lineage().table('gold.exports'), table: 'gold.others' })).toBeUndefined();
});

test('a mart whose unit of refresh can be null is refused: rows without it would never be read again', async () => {
  const database = await createTestDatabase();
  try {
    await database.knex.raw(
      `alter table gold.exports drop constraint exports_pkey;
       alter table gold.exports alter service_request_id drop not null`,
    );
    await loadRecords(database.knex, [change(reportRow(1), { offset: 1 })]);
    await expect(refresh(database.knex, { reason: 'test' })).rejects.toThrow(
      'gold.exports is refreshed by service_request_id; expected it to be a column of the table that is never null.',
    );
  } finally {
    await database.drop();
  }
});
