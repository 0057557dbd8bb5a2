import type { Knex } from 'knex';
import {
  readGroups,
  type AggregateValues,
  type Group,
} from '../../../../src/api/query/groups/groups';
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

interface Question {
  readonly by?: readonly string[];
  readonly filter?: object;
}

async function groups(rootField: string, question: Question = {}): Promise<readonly Group[]> {
  const asked = mart(rootField);
  const fields = asked.measures.map(({ field }) => field);
  const page = await readGroups(
    database.knex as Knex,
    asked,
    { by: [], ...question },
    {
      aggregates: { total: fields, sum: fields, avg: fields, count: fields },
      counts: ['rows', 'companies', 'participations'],
      totalCount: false,
    },
    seesAll,
  );
  return page.groups;
}

/** The total of one measure, under each value of the only key. */
async function totals(rootField: string, field: string, question: Question = {}): Promise<unknown> {
  const found = await groups(rootField, question);
  const totalOf = ({ total }: Group): AggregateValues[string] => total?.[field] ?? null;
  if (!question.by) return found.map(totalOf)[0];
  return Object.fromEntries(
    found.map((group) => [Object.values(group.key).join(), totalOf(group)]),
  );
}

const q = (quarter: number) => ({ report_type: `quarter${quarter}` });
const yearly = { report_type: 'yearly' };
const one = { service_request_id: 1 };
const two = { service_request_id: 2 };

describe('a cumulative measure', () => {
  test('counts once a year, by its latest period', async () => {
    await given(
      'exports',
      { ...one, ...q(1), export_income: '10' },
      { ...one, ...q(3), export_income: '30' },
      { ...one, year: 2023, ...yearly, export_income: '7' },
      { ...two, ...q(2), export_income: '5.05' },
    );
    expect(await totals('exports', 'exportIncome')).toBe('42.05');
  });

  test('takes the yearly report before the fourth quarter', async () => {
    await given(
      'exports',
      { ...one, ...yearly, export_income: '1' },
      { ...one, ...q(4), export_income: '9' },
    );
    expect(await totals('exports', 'exportIncome')).toBe('1.00');
  });

  test('passes over a period that has no value', async () => {
    await given('exports', { ...one, ...q(2), export_income: '8' }, { ...one, ...yearly });
    expect(await totals('exports', 'exportIncome')).toBe('8.00');
  });

  test('chooses the latest period within each group', async () => {
    await given(
      'exports',
      { ...one, ...q(1), export_income: '3' },
      { ...one, ...q(2), export_income: '8' },
    );
    expect(await totals('exports', 'exportIncome', { by: ['REPORT_TYPE'] })).toEqual({
      QUARTER1: '3.00',
      QUARTER2: '8.00',
    });
  });

  test('chooses the latest period among the rows that the filter leaves', async () => {
    await given(
      'exports',
      { ...one, ...q(1), export_income: '3' },
      { ...one, ...q(2), export_income: '8' },
    );
    const filter = { reportType: { ne: 'QUARTER2' } };
    expect(await totals('exports', 'exportIncome', { filter })).toBe('3.00');
  });

  test('passes over a superseded report, though it is of the latest period', async () => {
    await given(
      'exports',
      { ...one, ...q(2), export_income: '8' },
      { ...one, ...yearly, export_income: '99', superseded: true },
    );
    expect(await totals('exports', 'exportIncome')).toBe('8.00');
  });
});

describe('a stock', () => {
  test('counts in the latest year only, so that companies gone since do not', async () => {
    await given(
      'employees',
      { ...one, year: 2023, ...yearly, residents_count: 100 },
      { ...two, year: 2023, ...yearly, residents_count: 20 },
      { ...two, year: 2024, ...q(1), residents_count: 25 },
      { ...two, year: 2024, ...q(2), residents_count: 30 },
    );
    expect(await totals('employees', 'residentsCount')).toBe(30);
    expect(await totals('employees', 'residentsCount', { by: ['YEAR'] })).toEqual({
      2023: 120,
      2024: 30,
    });
  });

  test('takes the latest period that has a value, though others are missing or superseded', async () => {
    await given(
      'employees',
      { ...one, ...q(1), residents_count: 10 },
      { ...one, ...q(3), residents_count: 12 },
      { ...one, ...q(4), residents_count: null },
      { ...two, ...q(2), residents_count: 5 },
      { ...two, ...q(4), residents_count: 99, superseded: true },
    );
    expect(await totals('employees', 'residentsCount')).toBe(17);
  });

  test('has no total in a group that has no row of the latest year', async () => {
    await given(
      'employees',
      { ...one, company_name: 'gone', year: 2023, residents_count: 100 },
      { ...two, company_name: 'here', year: 2024, residents_count: 25 },
    );
    expect(await totals('employees', 'residentsCount', { by: ['COMPANY_NAME'] })).toEqual({
      gone: null,
      here: 25,
    });
  });

  test('does not let a superseded report say which year is the latest', async () => {
    await given(
      'employees',
      { ...one, year: 2023, residents_count: 4 },
      { ...one, year: 2024, residents_count: 5, superseded: true },
    );
    expect(await totals('employees', 'residentsCount')).toBe(4);
  });

  test('looks for the latest year among the rows that the filter leaves', async () => {
    await given(
      'employees',
      { ...one, year: 2023, residents_count: 4 },
      { ...two, year: 2024, residents_count: 5 },
    );
    const filter = { serviceRequestId: { eq: 1 } };
    expect(await totals('employees', 'residentsCount', { filter })).toBe(4);
  });
});

describe('a flow', () => {
  test('adds the quarters and leaves the year out', async () => {
    await given(
      'financing',
      { ...one, ...q(1), loan_funds: '1' },
      { ...one, ...q(2), loan_funds: '2' },
      { ...one, ...yearly, loan_funds: '99' },
      { ...two, ...yearly, loan_funds: '40' },
    );
    expect(await totals('financing', 'loanFunds')).toBe('43.00');
  });

  test('leaves the year out even where the quarters give no value', async () => {
    await given('financing', { ...one, ...q(1) }, { ...one, ...yearly, loan_funds: '99' });
    expect(await totals('financing', 'loanFunds')).toBeNull();
  });

  test('takes the year where the only quarter is superseded', async () => {
    await given(
      'financing',
      { ...one, ...q(1), loan_funds: '1', superseded: true },
      { ...one, ...yearly, loan_funds: '99' },
    );
    expect(await totals('financing', 'loanFunds')).toBe('99.00');
  });

  test('takes the year where the filter leaves no quarter', async () => {
    await given(
      'financing',
      { ...one, ...q(1), loan_funds: '1' },
      { ...one, ...yearly, loan_funds: '99' },
    );
    const filter = { reportType: { eq: 'YEARLY' } };
    expect(await totals('financing', 'loanFunds', { filter })).toBe('99.00');
  });

  test('judges quarters over all filtered rows, not group by group', async () => {
    await given(
      'financing',
      { ...one, ...q(1), loan_funds: '1' },
      { ...one, ...yearly, loan_funds: '99' },
    );
    expect(await totals('financing', 'loanFunds', { by: ['REPORT_TYPE'] })).toEqual({
      QUARTER1: '1.00',
      YEARLY: null,
    });
  });
});

describe('exports by country', () => {
  const items = async () => {
    await given('exports', { report_id: 1, ...one, ...q(1) }, { report_id: 2, ...one, ...yearly });
    await given(
      'export_by_country',
      { report_id: 1, ...one, ...q(1), country_code: 'CN', export_income: '5' },
      { report_id: 2, ...one, ...yearly, country_code: 'DE', export_income: '70' },
    );
  };

  test.each([
    ['are judged by reports, whatever country the items name', {}, '5.00'],
    ['of one country too', { countryCode: { eq: 'DE' } }, null],
    ['of all but one country', { not: { countryCode: { eq: 'CN' } } }, null],
    ['of a sum', { exportIncome: { gt: '50' } }, null],
    ['or of a year', { or: [{ countryCode: { eq: 'DE' } }, { year: { eq: 1999 } }] }, null],
    ['but by those of the period that is asked for', { reportType: { eq: 'YEARLY' } }, '70.00'],
    [
      'and not of another',
      { countryCode: { eq: 'DE' }, not: { reportType: { eq: 'QUARTER1' } } },
      '70.00',
    ],
  ])('%s', async (_, filter, total) => {
    await items();
    expect(await totals('exportByCountry', 'exportIncome', { filter })).toBe(total);
  });

  test('are judged by a quarterly report without any item', async () => {
    await given('exports', { report_id: 1, ...one, ...q(1) }, { report_id: 2, ...one, ...yearly });
    await given('export_by_country', { report_id: 2, ...one, ...yearly, export_income: '70' });
    expect(await totals('exportByCountry', 'exportIncome')).toBeNull();
  });
});

test('superseded reports count in sums and rows, and in no total', async () => {
  await given(
    'financing',
    { ...one, ...q(1), loan_funds: '1', superseded: true },
    { ...one, ...q(1), loan_funds: '2' },
  );
  const [group] = await groups('financing');
  expect(group).toMatchObject({
    rows: 2,
    participations: 1,
    total: { loanFunds: '2.00' },
    sum: { loanFunds: '3.00' },
    avg: { loanFunds: '1.50' },
    count: { loanFunds: 2 },
  });
});

test('one group of all is there even when no row is', async () => {
  const [group, ...others] = await groups('employees');
  expect(others).toEqual([]);
  expect(group).toMatchObject({
    key: {},
    rows: 0,
    companies: 0,
    participations: 0,
    total: { residentsCount: null },
    sum: { residentsCount: null },
    count: { residentsCount: 0 },
  });
  expect(await groups('employees', { by: ['YEAR'] })).toEqual([]);
});

test('a row is in the group of each of its activity fields, once, and else in the group of none', async () => {
  await given(
    'general_indicators',
    { ...one, activity_fields: ['ai', 'games', 'ai'], income_total: '1' },
    { ...two, activity_fields: ['ai'], income_total: '2' },
    { service_request_id: 3, activity_fields: [], income_total: '4' },
    { service_request_id: 4, activity_fields: null, income_total: '8' },
  );
  expect(await totals('generalIndicators', 'incomeTotal', { by: ['ACTIVITY_FIELD'] })).toEqual({
    ai: '3.00',
    games: '1.00',
    '': '12.00',
  });
});

test('an average of large amounts is rounded once, half away from zero', async () => {
  await given(
    'financing',
    { loan_funds: '10000000000000.01' },
    { loan_funds: '10000000000000.00' },
    { loan_funds: '-30000000000000.02' },
    { loan_funds: '-0.01' },
    { foreign_loan_funds: '-0.01' },
    { foreign_loan_funds: '0.00' },
  );
  const [group] = await groups('financing');
  expect(group?.avg).toMatchObject({ loanFunds: '-2500000000000.01', foreignLoanFunds: '-0.01' });
});

test('a company that takes part twice is one company and two participations', async () => {
  await given(
    'financing',
    { company_id: 5 },
    { company_id: 5 },
    { company_id: null },
    { company_id: null },
  );
  const [group] = await groups('financing');
  expect(group).toMatchObject({ rows: 4, companies: 3, participations: 4 });
});
