import { lineage } from '../../src/warehouse/lineage/lineage';
import { rollupsOf } from '../../src/warehouse/refresh/tables/rollupStatements';

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
