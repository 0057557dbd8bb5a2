import type { AggregateValues } from '../../../../src/api/query/groups/groups';
import { readGroups } from '../../../../src/api/query/groups/groups';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { emptyMarts } from '../../../support/databases/gold';
import { seesPseudonyms } from '../given/context';
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

interface Question {
  readonly by?: readonly string[];
  readonly filter?: object;
  readonly orderBy?: readonly object[];
}

/** Total, previous and change of one measure, under each key. */
async function years(rootField: string, field: string, question: Question = {}): Promise<unknown> {
  const fields = [field];
  const page = await readGroups(
    database.knex,
    mart(rootField),
    { by: ['YEAR'], ...question },
    {
      aggregates: { total: fields, previous: fields, change: fields },
      counts: [],
      totalCount: false,
    },
    seesPseudonyms,
  );
  const of = (values: AggregateValues | undefined) => values?.[field];
  return page.groups.map(({ key, total, previous, change }) => [
    Object.values(key).join(' '),
    of(total),
    of(previous),
    of(change),
  ]);
}

const q = (quarter: number) => ({ report_type: `quarter${quarter}` });
const yearly = { report_type: 'yearly' };
const one = { service_request_id: 1 };
const two = { service_request_id: 2 };

test('a cumulative measure is compared by the latest period of each of the two years', async () => {
  await given(
    'exports',
    { ...one, year: 2023, ...q(1), export_income: '10' },
    { ...one, year: 2023, ...q(4), export_income: '40.05' },
    { ...two, year: 2023, ...yearly, export_income: '2' },
    { ...one, year: 2024, ...q(2), export_income: '25' },
  );
  expect(await years('exports', 'exportIncome')).toEqual([
    ['2023', '42.05', null, null],
    ['2024', '25.00', '42.05', '-17.05'],
  ]);
});

test('a stock is compared with that of the year before, gone companies included', async () => {
  await given(
    'employees',
    { ...one, year: 2023, ...yearly, residents_count: 100 },
    { ...two, year: 2023, ...q(1), residents_count: 20 },
    { ...two, year: 2023, ...q(2), residents_count: 25 },
    { ...two, year: 2024, ...q(1), residents_count: 30 },
  );
  expect(await years('employees', 'residentsCount')).toEqual([
    ['2023', 125, null, null],
    ['2024', 30, 125, -95],
  ]);
});

test('a flow of the year before takes the yearly report only where that year has no quarterly one', async () => {
  await given(
    'financing',
    { ...one, year: 2023, ...q(1), loan_funds: '1' },
    { ...one, year: 2023, ...q(2), loan_funds: '2' },
    { ...one, year: 2023, ...yearly, loan_funds: '99' },
    { ...two, year: 2023, ...q(1), loan_funds: '7', superseded: true },
    { ...two, year: 2023, ...yearly, loan_funds: '40' },
    { ...one, year: 2024, ...yearly, loan_funds: '50' },
  );
  expect(await years('financing', 'loanFunds')).toEqual([
    ['2023', '43.00', null, null],
    ['2024', '50.00', '43.00', '7.00'],
  ]);
});

test('a flow of items is judged by the reports of the year before', async () => {
  await given(
    'exports',
    { report_id: 1, ...one, year: 2023, ...q(1) },
    { report_id: 2, ...one, year: 2023, ...yearly },
    { report_id: 3, ...one, year: 2024, ...yearly },
  );
  const [cn, de] = [{ country_code: 'CN' }, { country_code: 'DE' }];
  await given(
    'export_by_country',
    { report_id: 1, ...one, year: 2023, ...q(1), ...cn, export_income: '5' },
    { report_id: 2, ...one, year: 2023, ...yearly, ...cn, export_income: '90' },
    { report_id: 2, ...one, year: 2023, ...yearly, item_no: 2, ...de, export_income: '70' },
    { report_id: 3, ...one, year: 2024, ...yearly, ...cn, export_income: '8' },
    { report_id: 3, ...one, year: 2024, ...yearly, item_no: 2, ...de, export_income: '9' },
  );
  const question = { by: ['COUNTRY_CODE', 'YEAR'], filter: { year: { eq: 2024 } } };
  expect(await years('exportByCountry', 'exportIncome', question)).toEqual([
    ['CN 2024', '8.00', '5.00', '3.00'],
    ['DE 2024', '9.00', null, null],
  ]);
});

describe('the year before', () => {
  beforeEach(() =>
    given(
      'exports',
      { ...one, year: 2022, ...yearly, company_name: 'А', export_income: '1' },
      { ...one, year: 2023, ...yearly, company_name: 'А', export_income: '10' },
      { ...two, year: 2023, ...yearly, company_name: 'Б', export_income: '200' },
      { ...one, year: 2024, ...yearly, company_name: 'А', export_income: '3000' },
    ),
  );

  test.each([
    ['is found past the filter', { year: { eq: 2024 } }, '210.00'],
    ['past a range of years', { year: { gte: 2024, lt: 2030 } }, '210.00'],
    ['past a negation', { not: { year: { in: [2022, 2023] } } }, '210.00'],
    ['past a negation of a negation', { not: { not: { year: { eq: 2024 } } } }, '210.00'],
    [
      'but by all else of the filter',
      { year: { eq: 2024 }, companyName: { eq: 'А' }, superseded: { eq: false } },
      '10.00',
    ],
    [
      'also of what stands beside a year under a negation',
      { not: { or: [{ year: { lt: 2024 } }, { companyName: { eq: 'Б' } }] } },
      '10.00',
    ],
    [
      'and of each alternative',
      {
        or: [
          { year: { eq: 2024 }, companyName: { eq: 'А' } },
          { year: { eq: 1999 }, companyName: { eq: 'Б' } },
        ],
      },
      '210.00',
    ],
  ])('%s', async (_, filter, previous) => {
    const found = await years('exports', 'exportIncome', { filter });
    expect(found).toEqual([['2024', '3000.00', previous, expect.any(String)]]);
  });

  test('is that of the same group, and makes no group of its own', async () => {
    expect(await years('exports', 'exportIncome', { by: ['COMPANY_NAME', 'YEAR'] })).toEqual([
      ['А 2022', '1.00', null, null],
      ['А 2023', '10.00', '1.00', '9.00'],
      ['А 2024', '3000.00', '10.00', '2990.00'],
      ['Б 2023', '200.00', null, null],
    ]);
  });

  test('is not the last year that there is', async () => {
    await given('exports', { report_id: 9, year: 2026, company_name: 'А', export_income: '5' });
    expect(await years('exports', 'exportIncome', { filter: { year: { eq: 2026 } } })).toEqual([
      ['2026', '5.00', null, null],
    ]);
  });

  test('can be ordered by', async () => {
    const orderBy = [{ change: 'EXPORT_INCOME', direction: 'DESC' }];
    expect(await years('exports', 'exportIncome', { orderBy })).toEqual([
      ['2024', '3000.00', '210.00', '2790.00'],
      ['2023', '210.00', '1.00', '209.00'],
      ['2022', '1.00', null, null],
    ]);
  });
});

test('a group without a value in its key has a year before too', async () => {
  await given(
    'general_indicators',
    { ...one, year: 2023, activity_fields: ['ai', 'ai'], income_total: '1' },
    { ...two, year: 2023, activity_fields: null, income_total: '2' },
    { ...one, year: 2024, activity_fields: ['ai', 'games'], income_total: '4' },
    { ...two, year: 2024, activity_fields: [], income_total: '8' },
  );
  const question = { by: ['YEAR', 'ACTIVITY_FIELD'], filter: { year: { eq: 2024 } } };
  expect(await years('generalIndicators', 'incomeTotal', question)).toEqual([
    ['2024 ai', '4.00', '1.00', '3.00'],
    ['2024 games', '4.00', null, null],
    ['2024 ', '8.00', '2.00', '6.00'],
  ]);
});

test('for who may not read BINs no pseudonym leads to a BIN of the last open year', async () => {
  const company = { bin: '180140000012', bin_pseudonym: '777777900001' };
  await given(
    'exports',
    { ...one, year: 2020, ...company, export_income: '1' },
    { ...one, year: 2021, ...company, export_income: '20' },
    { ...one, year: 2022, ...company, export_income: '300' },
  );
  expect(await years('exports', 'exportIncome', { by: ['BIN', 'YEAR'] })).toEqual([
    ['180140000012 2020', '1.00', null, null],
    ['777777900001 2021', '20.00', null, null],
    ['777777900001 2022', '300.00', '20.00', '280.00'],
  ]);
});
