import { readScope } from '../../../../src/api/access/rowScope';
import { ask, model, statementsOf, type Asker } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { knex } = database;
  await givenPublication(knex);
  const participant = (service_request_id: number, more: object) => ({
    service_request_id,
    bp_status: 'registered',
    company_id: service_request_id,
    ...more,
  });
  await knex('silver.techpark_participants').insert([
    participant(1, { certificate_issue_date: '2023-12-31' }),
    participant(2, { certificate_issue_date: '2024-12-31' }),
    participant(3, { certificate_issue_date: '2025-01-01' }),
    participant(4, { certificate_issue_date: '2020-01-01', deactivation_date: '2024-01-01' }),
    participant(5, { certificate_issue_date: '2020-01-01', deactivation_date: '2023-12-31' }),
    participant(6, { certificate_issue_date: null }),
    // A company with two participations is one company.
    participant(11, { company_id: 1, certificate_issue_date: '2022-01-01' }),
    participant(7, { company_id: null, certificate_issue_date: '2022-01-01' }),
  ]);
  const report = (id: number, request: number, type: string, more: object = {}) => ({
    report_id: id,
    service_request_id: request,
    company_id: request,
    report_type: type,
    ...more,
  });
  const reports = [
    report(1, 1, 'quarter1'),
    report(2, 1, 'quarter2', { superseded: true }),
    report(3, 1, 'quarter2'),
    report(4, 1, 'yearly'),
    report(5, 5, 'yearly'),
    report(6, 6, 'quarter1'),
    report(7, 8, 'quarter1'),
    report(8, 8, 'quarter2'),
    report(9, 8, 'quarter3'),
    report(10, 8, 'quarter4'),
    report(11, 8, 'yearly'),
    report(12, 1, 'quarter1', { year: 2025 }),
  ];
  const loans: Record<number, object> = {
    1: { loan_funds: '10.50' },
    2: { loan_funds: '999' },
    3: { loan_funds: '20' },
    4: { loan_funds: '100', foreign_loan_funds: '7' },
    5: { loan_funds: '5' },
    8: { loan_funds: '1' },
    11: { loan_funds: '50' },
  };
  await givenRows(knex, 'gold.general_indicators', reports);
  await givenRows(
    knex,
    'gold.financing',
    reports.map((row) => ({ ...row, ...loans[row.report_id] })),
  );
  const exported: Record<number, string> = { 1: '10', 3: '30', 5: '8', 6: '4', 7: '9', 9: '12' };
  await givenRows(
    knex,
    'gold.exports',
    reports.map((row) => ({ ...row, export_income: exported[row.report_id] ?? null })),
  );
  const item = (of: number, no: number, export_income: string) => {
    const row = reports.find(({ report_id }) => report_id === of);
    return { ...row, item_no: no, export_income };
  };
  await givenRows(knex, 'gold.export_by_country', [
    item(1, 1, '4'),
    item(1, 2, '6'),
    item(2, 1, '1000'),
    item(3, 1, '20'),
    // A yearly report beside quarterly ones: no total takes it.
    item(4, 1, '500'),
    item(5, 1, '7'),
    item(12, 1, '3'),
  ]);
  const defect = (key: number, column: string, position = 0) => ({
    source_table: 'service_report',
    key_id: key,
    column_name: column,
    position,
    raw_value: 'x',
    reason: 'no amount',
  });
  await knex('silver.defects').insert([
    defect(1, 'finance_source_loan'),
    defect(3, 'finance_source_loan'),
    defect(3, 'data'),
    defect(3, 'income_total'),
    defect(12, 'finance_source_loan'),
    // Of a report that is in no mart.
    defect(99, 'finance_source_loan'),
  ]);
});
afterAll(() => database.drop());

async function quality(query: string, asker: Asker = {}) {
  const { data, errors } = await ask(database.knex, `{ dataQuality { ${query} } }`, {
    rights: ['quality:read', 'bin:read'],
    ...asker,
  });
  expect(errors).toBeUndefined();
  return (data as { dataQuality: { marts: Record<string, unknown>[]; years: unknown[] } })
    .dataQuality;
}

async function martQuality(name: string, fields: string) {
  const { marts } = await quality(`marts(mart: "${name}") { ${fields} }`);
  expect(marts).toHaveLength(1);
  return marts[0] ?? {};
}

test('a mart is judged in each year, and in all of them together', async () => {
  expect(
    await martQuality(
      'financing',
      'rows superseded duplicatePeriods years { year rows binMissing superseded duplicatePeriods certificate { missing } }',
    ),
  ).toEqual({
    rows: 12,
    superseded: 1,
    duplicatePeriods: 1,
    years: [
      {
        year: 2024,
        rows: 11,
        binMissing: 11,
        superseded: 1,
        duplicatePeriods: 1,
        certificate: { missing: 11 },
      },
      {
        year: 2025,
        rows: 1,
        binMissing: 1,
        superseded: 0,
        duplicatePeriods: 0,
        certificate: { missing: 1 },
      },
    ],
  });
});

test('defects are told by year and column: of what a mart shows, and of all that its reports say', async () => {
  const defects = 'defects { column count }';
  expect(await martQuality('financing', `${defects} years { year ${defects} }`)).toEqual({
    defects: [
      { column: 'data', count: 1 },
      { column: 'finance_source_loan', count: 3 },
    ],
    years: [
      {
        year: 2024,
        defects: [
          { column: 'data', count: 1 },
          { column: 'finance_source_loan', count: 2 },
        ],
      },
      { year: 2025, defects: [{ column: 'finance_source_loan', count: 1 }] },
    ],
  });
  expect((await quality(`years { year ${defects} }`)).years).toEqual([
    {
      year: 2024,
      defects: [
        { column: 'data', count: 1 },
        { column: 'finance_source_loan', count: 2 },
        { column: 'income_total', count: 1 },
      ],
    },
    { year: 2025, defects: [{ column: 'finance_source_loan', count: 1 }] },
  ]);
});

test('where some quarters are wanting, it is told what yearly reports say that no total takes', async () => {
  const coverage =
    'years { year coverage { participations someQuarters yearlyLeftAside measures { field yearly quarterly } } }';
  const { years } = (await martQuality('financing', coverage)) as {
    years: { coverage: { measures: { field: string }[] } }[];
  };
  expect(years).toMatchObject([
    { year: 2024, coverage: { participations: 4, someQuarters: 2, yearlyLeftAside: 1 } },
    { year: 2025, coverage: { participations: 1, someQuarters: 1, yearlyLeftAside: 0 } },
  ]);
  const leftAside = (field: string) =>
    years[0]?.coverage.measures.find((measure) => measure.field === field);
  expect(leftAside('loanFunds')).toEqual({
    field: 'loanFunds',
    yearly: '100.00',
    quarterly: '30.50',
  });
  expect(leftAside('foreignLoanFunds')).toMatchObject({ yearly: '7.00', quarterly: null });
  expect(leftAside('attractedInvestments')).toMatchObject({ yearly: null, quarterly: null });

  // Whether there are quarterly reports is judged by reports, also where they have no items.
  const items = (await martQuality('exportByCountry', coverage)) as { years: unknown[] };
  expect(items.years[0]).toMatchObject({
    coverage: {
      participations: 4,
      someQuarters: 2,
      yearlyLeftAside: 1,
      measures: [{ field: 'exportIncome', yearly: '500.00', quarterly: '30.00' }],
    },
  });
  expect((await martQuality('exports', coverage))['years']).toMatchObject([
    { coverage: { yearlyLeftAside: 1, measures: [] } },
    {},
  ]);
});

test('exports by country stand beside the exports of the same reports', async () => {
  const { years } = await quality(
    'years { year exports { total byCountry equal different withoutCountry withoutTotal } }',
  );
  expect(years).toEqual([
    {
      year: 2024,
      exports: {
        // 30 of request 1, 8 of 5, 4 of 6, 12 of 8.
        total: '54.00',
        // 4 + 6 + 20 of request 1, 7 of 5.
        byCountry: '37.00',
        equal: 1,
        different: 1,
        withoutCountry: 2,
        withoutTotal: 0,
      },
    },
    {
      year: 2025,
      exports: {
        total: null,
        byCountry: '3.00',
        equal: 0,
        different: 0,
        withoutCountry: 0,
        withoutTotal: 1,
      },
    },
  ]);
});

test('who took part in a year should have reported of it', async () => {
  const { years } = await quality(
    'years { year reporting { expected reported missing unexpected } }',
  );
  expect(years).toEqual([
    // 1, 2, 4 and the one without a company; reported have 1, and 5, 6 and 8 who were not expected.
    { year: 2024, reporting: { expected: 4, reported: 1, missing: 3, unexpected: 3 } },
    // 1, 2, 3 and the one without a company; 4 ended the year before.
    { year: 2025, reporting: { expected: 4, reported: 1, missing: 3, unexpected: 0 } },
  ]);
});

test('within a scope only what is there is judged', async () => {
  const scope = (text: string) => ({ scope: readScope(text) });
  const { years } = await quality('years { year reporting { expected reported missing } }', {
    ...scope('companies=1,2'),
  });
  expect(years).toEqual([
    { year: 2024, reporting: { expected: 2, reported: 1, missing: 1 } },
    { year: 2025, reporting: { expected: 2, reported: 1, missing: 1 } },
  ]);
  expect(
    (await quality('years { year exports { equal } }', scope('marts=exports;years=2025'))).years,
  ).toEqual([{ year: 2025, exports: null }]);
});

test('each figure of all years is read by one statement', async () => {
  const statements = await statementsOf(database.knex, () =>
    quality(`
      marts { rows defects { count } years { rows defects { count } coverage { participations } } }
      years { reporting { expected } exports { total } defects { count } }`),
  );
  const withRows = 4;
  expect(statements).toHaveLength(2 * model.marts.length + withRows + 3);
});

test('one mart and one year can be asked for alone', async () => {
  const { marts, years } = await quality(
    'marts(mart: "exports") { mart years(year: 2025) { year rows } } years(year: 1999) { year }',
  );
  expect(marts).toEqual([{ mart: 'exports', years: [{ year: 2025, rows: 1 }] }]);
  expect(years).toEqual([]);
  const names = model.marts.map(({ rootField }) => rootField).sort();
  const { errors } = await ask(database.knex, '{ dataQuality { marts(mart: "loans") { rows } } }', {
    rights: ['quality:read'],
  });
  expect(errors?.[0]).toMatchObject({
    message: `mart is "loans"; expected one of ${names.join(', ')}.`,
    extensions: { code: 'BAD_USER_INPUT' },
  });
});
