import { ask, statementsOf } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenPublication(database.knex);
  await givenRows(database.knex, 'gold.financing', [
    { service_request_id: 1, year: 2023, report_type: 'yearly', loan_funds: '100.10' },
    { service_request_id: 1, year: 2024, report_type: 'yearly', loan_funds: '300.00' },
    { service_request_id: 2, year: 2024, report_type: 'yearly', loan_funds: '99.90' },
  ]);
  await givenRows(database.knex, 'gold.employees', [
    { service_request_id: 1, year: 2023, report_type: 'yearly', residents_count: 7 },
    { service_request_id: 1, year: 2024, report_type: 'yearly', residents_count: 5 },
  ]);
});
afterAll(() => database.drop());

test('a group says its total of the year before, the change, and its share of the whole', async () => {
  let answer: unknown;
  const statements = await statementsOf(database.knex, async () => {
    answer = await ask(
      database.knex,
      `{ financingGroups(
           by: [YEAR, SERVICE_REQUEST_ID], filter: { year: { eq: 2024 } },
           orderBy: [{ change: LOAN_FUNDS }, { previous: LOAN_FUNDS }, { share: LOAN_FUNDS }]
         ) { nodes { key { serviceRequestId }
           previous { loanFunds } change { loanFunds } share { loanFunds foreignLoanFunds } } } }`,
    );
  });
  expect(answer).toEqual({
    data: {
      financingGroups: {
        nodes: [
          {
            key: { serviceRequestId: 1 },
            previous: { loanFunds: '100.10' },
            change: { loanFunds: '199.90' },
            share: { loanFunds: 0.750188, foreignLoanFunds: null },
          },
          {
            key: { serviceRequestId: 2 },
            previous: { loanFunds: null },
            change: { loanFunds: null },
            share: { loanFunds: 0.249812, foreignLoanFunds: null },
          },
        ],
      },
    },
  });
  expect(statements).toHaveLength(1);
});

test('counts are compared as numbers', async () => {
  const { data } = await ask(
    database.knex,
    `{ employeesGroups(by: [YEAR], filter: { year: { gt: 2023 } }) {
         nodes { previous { residentsCount } change { residentsCount } share { residentsCount } } } }`,
  );
  expect(data?.['employeesGroups']).toEqual({
    nodes: [
      {
        previous: { residentsCount: 7 },
        change: { residentsCount: -2 },
        share: { residentsCount: 1 },
      },
    ],
  });
});

test('nothing is compared that is not asked for', async () => {
  const [statement] = await statementsOf(database.knex, () =>
    ask(
      database.knex,
      '{ financingGroups(by: [YEAR]) { nodes { total { loanFunds } previous { __typename } } } }',
    ),
  );
  expect(statement).toContain('total_loanFunds');
  expect(statement).not.toMatch(/year_before|whole/);
});

test.each([
  '{ financingGroups(by: []) { nodes { change { loanFunds } } } }',
  '{ financingGroups(by: [REPORT_TYPE]) { nodes { previous { loanFunds } } } }',
  '{ financingGroups(by: [COMPANY_ID], orderBy: [{ previous: LOAN_FUNDS }]) { nodes { rows } } }',
])('%s is refused, since its groups are of no year', async (query) => {
  const { errors } = await ask(database.knex, query);
  expect(errors?.[0]).toMatchObject({
    message: 'previous and change compare with the year before; expected YEAR in by.',
    extensions: { code: 'BAD_USER_INPUT' },
  });
});
