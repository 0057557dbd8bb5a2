import { readGroups } from '../../../../src/api/query/groups/groups';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { emptyMarts } from '../../../support/databases/gold';
import { seesAll } from '../given/context';
import { mart } from '../given/marts';
import { givenRows, type GivenRow } from '../given/rows';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

afterEach(() => emptyMarts(database.knex));

const given = (table: string, ...rows: GivenRow[]): Promise<void> =>
  givenRows(database.knex, `gold.${table}`, rows);

/** The share of one measure, under each key. */
async function shares(
  rootField: string,
  field: string,
  request: { by: readonly string[]; filter?: object; orderBy?: readonly object[]; first?: number },
): Promise<unknown> {
  const wants = { aggregates: { share: [field] }, counts: [], totalCount: false };
  const page = await readGroups(database.knex, mart(rootField), request, wants, seesAll);
  return page.groups.map(({ key, share }) => [Object.values(key).join(' '), share?.[field]]);
}

const q = (quarter: number) => ({ report_type: `quarter${quarter}` });

test('a share is of the total of all that the filter leaves, on whatever page the group stands', async () => {
  await given(
    'financing',
    { company_name: 'А', loan_funds: '1' },
    { company_name: 'Б', loan_funds: '2' },
    { company_name: 'В', loan_funds: '4.5' },
    { company_name: 'Г' },
    { company_name: 'Д', year: 2023, loan_funds: '1000' },
  );
  const filter = { year: { eq: 2024 } };
  expect(await shares('financing', 'loanFunds', { by: ['COMPANY_NAME'], filter })).toEqual([
    ['А', '0.133333'],
    ['Б', '0.266667'],
    ['В', '0.600000'],
    ['Г', null],
  ]);
  const orderBy = [{ share: 'LOAN_FUNDS', direction: 'DESC' }];
  const top = { by: ['COMPANY_NAME'], filter, orderBy, first: 1 };
  expect(await shares('financing', 'loanFunds', top)).toEqual([['В', '0.600000']]);
  expect(await shares('financing', 'loanFunds', { by: [] })).toEqual([['', '1.000000']]);
});

test('a share of totals counts no money twice', async () => {
  await given(
    'financing',
    { service_request_id: 1, ...q(1), loan_funds: '30' },
    { service_request_id: 1, loan_funds: '99' },
    { service_request_id: 2, loan_funds: '10' },
  );
  expect(await shares('financing', 'loanFunds', { by: ['SERVICE_REQUEST_ID'] })).toEqual([
    ['1', '0.750000'],
    ['2', '0.250000'],
  ]);
});

test('a share of a stock is of the latest year, in which who is gone has none', async () => {
  await given(
    'employees',
    { company_name: 'gone', year: 2023, residents_count: 100 },
    { company_name: 'here', year: 2024, residents_count: 25 },
    { company_name: 'too', year: 2024, residents_count: 75 },
  );
  expect(await shares('employees', 'residentsCount', { by: ['COMPANY_NAME'] })).toEqual([
    ['gone', null],
    ['here', '0.250000'],
    ['too', '0.750000'],
  ]);
});

test('shares of groups that overlap come to more than the whole, which counts each row once', async () => {
  await given(
    'general_indicators',
    { service_request_id: 1, activity_fields: ['ai', 'games'], income_total: '3' },
    { service_request_id: 2, activity_fields: ['ai'], income_total: '1' },
  );
  expect(await shares('generalIndicators', 'incomeTotal', { by: ['ACTIVITY_FIELD'] })).toEqual([
    ['ai', '1.000000'],
    ['games', '0.750000'],
  ]);
});

test('nothing is a share of zero, or of nothing', async () => {
  await given(
    'financing',
    { company_name: 'А', loan_funds: '5' },
    { company_name: 'Б', loan_funds: '-5' },
  );
  for (const field of ['loanFunds', 'foreignLoanFunds']) {
    expect(await shares('financing', field, { by: ['COMPANY_NAME'] })).toEqual([
      ['А', null],
      ['Б', null],
    ]);
  }
});

test('a share is exact to six decimals, half away from zero, however large it is', async () => {
  await given(
    'financing',
    { company_name: 'half', loan_funds: '-0.50', foreign_loan_funds: '100000000000000000.01' },
    { company_name: 'rest', loan_funds: '1000000.50', foreign_loan_funds: '-99999999999999999.98' },
  );
  expect(await shares('financing', 'loanFunds', { by: ['COMPANY_NAME'] })).toEqual([
    ['half', '-0.000001'],
    ['rest', '1.000001'],
  ]);
  expect(await shares('financing', 'foreignLoanFunds', { by: ['COMPANY_NAME'] })).toEqual([
    ['half', '3333333333333333333.666667'],
    ['rest', '-3333333333333333332.666667'],
  ]);
});
