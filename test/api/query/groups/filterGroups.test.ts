import { readGroups, type GroupsRequest } from '../../../../src/api/query/groups/groups';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { seesAll } from '../given/context';
import { mart } from '../given/marts';
import { givenRows } from '../given/rows';

const financing = mart('financing');

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await givenRows(database.knex, 'gold.financing', [
    { company_name: 'А', loan_funds: '10', year: 2023 },
    { company_name: 'А', loan_funds: '30' },
    { company_name: 'Б', loan_funds: '20' },
    { company_name: 'Б', loan_funds: '25' },
    { company_name: 'В' },
  ]);
});

afterAll(() => database.drop());

const ask = async (request: Omit<GroupsRequest, 'by'> & { by?: string[] }) => {
  const page = await readGroups(
    database.knex,
    financing,
    { by: ['COMPANY_NAME'], ...request },
    { aggregates: {}, counts: [], totalCount: true },
    seesAll,
  );
  const last = page.groups.at(-1);
  return {
    names: page.groups.map(({ key }) => key['companyName']),
    totalCount: page.totalCount,
    hasNextPage: page.hasNextPage,
    after: last && page.cursorOf(last),
  };
};

test('groups are left out by what their rows come to, which need not be asked for', async () => {
  const total = (loanFunds: object) => ask({ filterGroups: { total: { loanFunds } } });
  expect(await total({ gt: '40' })).toMatchObject({ names: ['Б'], totalCount: 1 });
  expect(await total({ isNull: true })).toMatchObject({ names: ['В'], totalCount: 1 });
  // An exact complement: a group without a value is not above 40 either.
  expect(
    await ask({ filterGroups: { not: { total: { loanFunds: { gt: '40' } } } } }),
  ).toMatchObject({
    names: ['А', 'В'],
  });
  expect(await ask({ filterGroups: { rows: { gte: 2 } } })).toMatchObject({ names: ['А', 'Б'] });
});

test('it looks at groups, not at rows: what a group comes to stays what it is', async () => {
  const filterGroups = { share: { loanFunds: { gte: 0.5 } } };
  // 45 of 85: the share is of all that the filter leaves, not of the groups that remain.
  expect(await ask({ filterGroups })).toMatchObject({ names: ['Б'] });
});

test('groups can be told by their change against the year before', async () => {
  const filterGroups = { change: { loanFunds: { gt: 0 } } };
  expect(
    await ask({ by: ['COMPANY_NAME', 'YEAR'], filter: { year: { eq: 2024 } }, filterGroups }),
  ).toMatchObject({ names: ['А'], totalCount: 1 });
});

test('pages are of the groups that are meant', async () => {
  const request = { filterGroups: { rows: { gte: 1 }, total: { loanFunds: { isNull: false } } } };
  const first = await ask({ ...request, first: 1 });
  expect(first).toMatchObject({ names: ['А'], totalCount: 2, hasNextPage: true });
  expect(await ask({ ...request, first: 1, after: first.after })).toMatchObject({
    names: ['Б'],
    hasNextPage: false,
  });
});

test.each([
  [
    { total: { loanFunds: { gt: 'much' } } },
    'filterGroups.total.loanFunds.gt is "much"; expected a decimal number with at most 1000 digits before the point and 18 after it.',
  ],
  [
    { total: { salaries: { gt: '1' } } },
    'filterGroups.total.salaries is no measure; expected one of governmentSupport, loanFunds, foreignLoanFunds, authorizedCapitalIncrease, totalFunding, attractedInvestments.',
  ],
  [{ rows: { in: [] } }, 'filterGroups.rows.in is an empty list; expected 1 to 1000 values.'],
  [{ or: [] }, 'filterGroups.or is an empty list; expected at least one filter.'],
  [
    { change: { loanFunds: { gt: '1' } } },
    'previous and change compare with the year before; expected YEAR in by.',
  ],
])('%j is refused with a sentence', async (filterGroups, sentence) => {
  await expect(ask({ filterGroups })).rejects.toThrow(sentence);
});
