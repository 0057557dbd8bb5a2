import { hasWrongCheckDigit } from '../../../../src/api/query/quality/binSoundness';
import { rowsOf, sql } from '../../../../src/ground/database/sql';
import { ask, model, statementsOf } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';

const RIGHT_BIN = '180140000018';
const WRONG_BIN = '180140000016';
const MASKED_BIN = '777777123456';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { knex } = database;
  await givenPublication(knex);
  await knex('silver.techpark_participants').insert({
    service_request_id: 1,
    bp_status: 'registered',
    certificate_number: '10',
  });
  await knex('silver.service_requests').insert({ service_request_id: 2, certificate_number: '20' });
  await givenRows(knex, 'gold.exports', [
    { service_request_id: 1, bin: RIGHT_BIN, certificate_number: '11' },
    { service_request_id: 1, bin: WRONG_BIN, superseded: true },
    { service_request_id: 2, bin: MASKED_BIN },
    { service_request_id: 3, bin: null },
  ]);
  await knex('silver.defects').insert([
    defect(1, 'income_total', 'н/д'),
    defect(2, 'income_total', 'нет данных'),
    defect(2, 'gph_count', '-3'),
  ]);
});
afterAll(() => database.drop());

const QUERY = `{ dataQuality {
  defectCount
  defects { table column count }
  marts {
    mart rows binFilled binMissing binWrongCheckDigit binMaskedAtSource superseded
    certificate { report participant serviceRequest missing conflicting }
  }
} }`;

async function qualityOf(rights: Parameters<typeof ask>[2]) {
  const { data, errors } = await ask(database.knex, QUERY, rights);
  expect(errors).toBeUndefined();
  return (data as { dataQuality: { marts: { mart: string }[] } }).dataQuality;
}

test('the quality says of every mart what is there, what is missing and what contradicts', async () => {
  const quality = await qualityOf({ rights: ['quality:read', 'bin:read'] });
  expect(quality).toMatchObject({
    defectCount: 3,
    defects: [
      { table: 'service_report', column: 'gph_count', count: 1 },
      { table: 'service_report', column: 'income_total', count: 2 },
    ],
  });
  expect(quality.marts.map(({ mart }) => mart)).toEqual(model.marts.map((mart) => mart.rootField));
  expect(quality.marts.find(({ mart }) => mart === 'exports')).toEqual({
    mart: 'exports',
    rows: 4,
    binFilled: 3,
    binMissing: 1,
    binWrongCheckDigit: 1,
    binMaskedAtSource: 1,
    superseded: 1,
    certificate: { report: 1, participant: 1, serviceRequest: 1, missing: 1, conflicting: 1 },
  });
});

test('counts that hidden digits decide are for who may read BINs alone', async () => {
  const quality = await qualityOf({ rights: ['quality:read'] });
  expect(quality.marts.find(({ mart }) => mart === 'exports')).toMatchObject({
    binFilled: 3,
    binWrongCheckDigit: null,
    binMaskedAtSource: null,
  });
});

test('a mart is counted by one statement, and only where its counts are asked for', async () => {
  const counted = await statementsOf(database.knex, () => qualityOf({ rights: ['quality:read'] }));
  expect(counted).toHaveLength(model.marts.length + 1);
  const named = await statementsOf(database.knex, () =>
    ask(database.knex, '{ dataQuality { marts { mart } } }', { rights: ['quality:read'] }),
  );
  expect(named).toEqual([]);
});

test.each([
  [RIGHT_BIN, false],
  ['971240001315', false],
  [WRONG_BIN, true],
  // The first sum gives 10 here, so the second one decides.
  ['000000000101', false],
  ['000000000100', true],
])('the check digit of %s is wrong: %s', async (bin, wrong) => {
  const [found] = await rowsOf<{ wrong: boolean }>(
    database.knex,
    sql`select ${hasWrongCheckDigit(sql`${bin}::text`)} as wrong`,
  );
  expect(found).toEqual({ wrong });
});

function defect(key: number, column: string, value: string) {
  return {
    source_table: 'service_report',
    key_id: key,
    column_name: column,
    position: 0,
    raw_value: value,
    reason: 'no amount',
  };
}
