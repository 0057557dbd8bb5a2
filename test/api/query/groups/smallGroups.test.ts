import fc from 'fast-check';
import {
  readGroups,
  type Group,
  type GroupsRequest,
} from '../../../../src/api/query/groups/groups';
import type { QueryContext } from '../../../../src/api/query/columns/context';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { seesAll, seesPseudonyms } from '../given/context';
import { mart } from '../given/marts';
import { givenRows } from '../given/rows';
import { worlds, type World } from '../oracle/arbitraries';
import { activityKey, reportKeys } from '../oracle/dimensions';
import type { OracleKey } from '../oracle/groups';
import type { Report } from '../oracle/report';
import { storeReports, storeRequests } from '../oracle/store';

const indicators = mart('generalIndicators');
const MIN_COMPANIES = 3;
const sparing: QueryContext = { ...seesPseudonyms, minGroupCompanies: MIN_COMPANIES };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const ALL = {
  aggregates: { total: ['incomeTotal'], sum: ['incomeTotal'], share: ['incomeTotal'] },
  counts: ['rows', 'companies'] as const,
  totalCount: true,
  suppressedGroups: true,
};

const groupsFor = (context: QueryContext, request: GroupsRequest, wants: object = {}) =>
  readGroups(database.knex, indicators, request, { ...ALL, ...wants }, context);

describe('of a country with so many companies', () => {
  const COUNTRIES = { KZ: 5, CN: 4, DE: 3, US: 1 } as const;

  beforeAll(async () => {
    let company = 0;
    const rows = Object.entries(COUNTRIES).flatMap(([country, companies]) =>
      Array.from({ length: companies }, () => {
        company += 1;
        return { company_id: company, country, income_total: String(company), year: 2024 };
      }),
    );
    await givenRows(database.knex, 'gold.general_indicators', [
      ...rows,
      // The year before has one company in Kazakhstan, and four of them in China.
      { report_id: 901, company_id: 1, country: 'KZ', income_total: '7', year: 2023 },
      ...[6, 7, 8, 9].map((company_id) => ({
        report_id: 1000 + company_id,
        company_id,
        country: 'CN',
        income_total: '9',
        year: 2023,
      })),
    ]);
  });
  afterAll(() => database.knex('gold.general_indicators').delete());

  const in2024 = { year: { eq: 2024 } };
  const countriesOf = (groups: readonly Group[]) => groups.map(({ key }) => key['country']);

  test('a group of too few is withheld, and the next smallest that would give it away, and it is said', async () => {
    const page = await groupsFor(sparing, { by: ['COUNTRY'], filter: in2024 });
    expect(countriesOf(page.groups)).toEqual(['CN', 'KZ']);
    expect(page).toMatchObject({ totalCount: 2, suppressedGroups: 2, hasNextPage: false });
  });

  test('who may read BINs gets every group, as does everybody where the setting is off', async () => {
    for (const context of [{ ...seesAll, minGroupCompanies: MIN_COMPANIES }, seesPseudonyms]) {
      const page = await groupsFor(context, { by: ['COUNTRY'], filter: in2024 });
      expect(countriesOf(page.groups)).toEqual(['CN', 'DE', 'KZ', 'US']);
      expect(page).toMatchObject({ totalCount: 4, suppressedGroups: 0 });
    }
  });

  test('what is withheld is on no page, in no order, and no condition on groups finds it', async () => {
    const request = {
      by: ['COUNTRY'],
      filter: in2024,
      orderBy: [{ sum: 'INCOME_TOTAL' }],
      first: 1,
    };
    const first = await groupsFor(sparing, request);
    expect(countriesOf(first.groups)).toEqual(['KZ']);
    const [kz] = first.groups;
    if (!kz) throw new Error('Kazakhstan is shown.');
    const second = await groupsFor(sparing, { ...request, after: first.cursorOf(kz) });
    expect(countriesOf(second.groups)).toEqual(['CN']);
    expect(second.hasNextPage).toBe(false);
    const small = { companies: { lt: 4 } };
    const none = await groupsFor(sparing, { ...request, filterGroups: small });
    expect(none).toMatchObject({ groups: [], totalCount: 0, suppressedGroups: 2 });
  });

  test('a filter that leaves too few companies leaves no group of all, and neither does one that leaves none', async () => {
    for (const country of ['US', 'FR']) {
      const page = await groupsFor(sparing, { by: [], filter: { country: { eq: country } } });
      expect(page).toMatchObject({ groups: [], totalCount: 0, suppressedGroups: 1 });
    }
    const enough = await groupsFor(sparing, { by: [], filter: { country: { eq: 'KZ' } } });
    expect(enough.groups).toMatchObject([{ companies: 5, sum: { incomeTotal: '22.00' } }]);
    expect(enough.suppressedGroups).toBe(0);
  });

  test('the year before is null where it had too few companies, and so is the change since', async () => {
    const page = await groupsFor(
      sparing,
      { by: ['COUNTRY', 'YEAR'], filter: { ...in2024, country: { in: ['KZ', 'CN'] } } },
      { aggregates: { previous: ['incomeTotal'], change: ['incomeTotal'] } },
    );
    expect(page.groups).toMatchObject([
      { key: { country: 'CN' }, previous: { incomeTotal: null }, change: { incomeTotal: null } },
      { key: { country: 'KZ' }, previous: { incomeTotal: null }, change: { incomeTotal: null } },
    ]);
    const alone = await groupsFor(
      sparing,
      { by: ['COUNTRY', 'YEAR'], filter: { ...in2024, country: { eq: 'CN' } } },
      { aggregates: { previous: ['incomeTotal'] } },
    );
    expect(alone.groups).toMatchObject([{ previous: { incomeTotal: '36.00' } }]);
  });
});

/** So many companies in each year, who begin with the first of all each time. */
const companiesIn = (years: Readonly<Record<string, number>>, values: object) =>
  Object.entries(years).flatMap(([year, companies]) =>
    Array.from({ length: companies }, (_, company) => ({
      report_id: Number(year) * 100 + company,
      service_request_id: Number(year) * 100 + company,
      company_id: company,
      year: Number(year),
      ...values,
    })),
  );

test.each([
  ['it gives a smaller year away', { 2019: 2, 2020: 3, 2021: 5 }, {}],
  ['it does so in this answer', { 2019: 1, 2020: 2, 2021: 4, 2022: 5 }, { year: { gte: 2020 } }],
])('a year that is withheld since %s is not told as the year before', async (_, years, filter) => {
  await givenRows(
    database.knex,
    'gold.general_indicators',
    companiesIn(years, { income_total: '7' }),
  );
  const page = await groupsFor(
    sparing,
    { by: ['YEAR'], filter },
    { aggregates: { total: ['incomeTotal'], previous: ['incomeTotal'], change: ['incomeTotal'] } },
  );
  expect(page.groups).toMatchObject([
    {
      key: { year: Math.max(...Object.keys(years).map(Number)) },
      total: { incomeTotal: '35.00' },
      previous: { incomeTotal: null },
      change: { incomeTotal: null },
    },
  ]);
  expect(page.suppressedGroups).toBe(2);
  await database.knex('gold.general_indicators').delete();
});

test('a total of the latest year alone is told of as many companies as that year has', async () => {
  const employees = mart('employees');
  const groupsOf = (context: QueryContext, request: GroupsRequest, kind: string) =>
    readGroups(
      database.knex,
      employees,
      request,
      { ...ALL, aggregates: { [kind]: ['residentsCount'] } },
      context,
    );
  const rows = companiesIn({ 2023: 6, 2024: 1 }, { residents_count: 3 });
  await givenRows(database.knex, 'gold.employees', rows);
  for (const kind of ['total', 'share']) {
    const few = await groupsOf(sparing, { by: [] }, kind);
    expect(few).toMatchObject({ groups: [], totalCount: 0, suppressedGroups: 1 });
    const first = await groupsOf(sparing, { by: ['REPORT_TYPE'], first: 1 }, kind);
    expect(first).toMatchObject({ groups: [], totalCount: 0, suppressedGroups: 1 });
  }
  // Sums are of all years, and so are they for who reads BINs.
  expect((await groupsOf(sparing, { by: [] }, 'sum')).groups).toMatchObject([{ companies: 6 }]);
  expect((await groupsOf(seesAll, { by: [] }, 'total')).groups).toMatchObject([
    { total: { residentsCount: 3 } },
  ]);

  await givenRows(
    database.knex,
    'gold.employees',
    companiesIn({ 2025: 4 }, { residents_count: 2 }),
  );
  const enough = await groupsOf(sparing, { by: [] }, 'total');
  expect(enough.groups).toMatchObject([{ companies: 6, total: { residentsCount: 8 } }]);
  await database.knex('gold.employees').delete();
});

test('a share is null where the whole, of the latest year alone, is of too few companies', async () => {
  const rows = companiesIn({ 2021: 7, 2022: 6, 2024: 1 }, { residents_count: 3 });
  await givenRows(database.knex, 'gold.employees', rows);
  const sharesOf = async (context: QueryContext) => {
    const wants = { ...ALL, aggregates: { total: ['residentsCount'], share: ['residentsCount'] } };
    const page = await readGroups(
      database.knex,
      mart('employees'),
      { by: ['YEAR'] },
      wants,
      context,
    );
    return page.groups.map(({ key, total, share }) => [
      key['year'],
      total?.['residentsCount'],
      share?.['residentsCount'],
    ]);
  };
  expect(await sharesOf(sparing)).toEqual([[2021, 21, null]]);
  expect(await sharesOf(seesPseudonyms)).toEqual([
    [2021, 21, '7.000000'],
    [2022, 18, '6.000000'],
    [2024, 3, '1.000000'],
  ]);
  await database.knex('gold.employees').delete();
});

const companyOf = ({ companyId, serviceRequestId }: Report) =>
  companyId === null ? `request ${String(serviceRequestId)}` : `company ${String(companyId)}`;

/** Who is in each group, by its key. */
function membersOf({ reports }: World, { field, valuesOf }: OracleKey): Map<string, Set<string>> {
  const members = new Map<string, Set<string>>();
  for (const report of reports) {
    for (const value of valuesOf(report)) {
      const key = JSON.stringify({ [field]: value });
      members.set(key, (members.get(key) ?? new Set()).add(companyOf(report)));
    }
  }
  return members;
}

const withoutIds = [...reportKeys, activityKey].filter(
  ({ name }) => !/^(REPORT_ID|BIN)$/.test(name),
);

test('of one dimension, no group of too few is told, nor those that their sum would give away', async () => {
  const { knex } = database;
  const fields = indicators.measures.map(({ field }) => field);
  const world = worlds(fields, fc.bigInt({ min: -300n, max: 300n }));
  const asked = fc.record({
    world,
    key: fc.constantFrom(...withoutIds),
    fewest: fc.constantFrom(2, 3),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ world, key, fewest }) => {
      await storeRequests(knex, world.requests);
      await storeReports(knex, indicators, world.reports);
      const request = { by: [key.name] };
      const open = await groupsFor(seesPseudonyms, request);
      const told = await groupsFor({ ...seesPseudonyms, minGroupCompanies: fewest }, request);

      const members = membersOf(world, key);
      const shown = new Set(told.groups.map((group) => JSON.stringify(group.key)));
      const withheld = [...members].filter(([name]) => !shown.has(name)).map(([, of]) => of);
      // What is told is as it would be without the setting, in the same order.
      expect(told.groups).toEqual(
        open.groups.filter((group) => shown.has(JSON.stringify(group.key))),
      );
      expect(told.suppressedGroups).toBe(withheld.length);
      for (const [name, of] of members) {
        if (shown.has(name)) expect(of.size).toBeGreaterThanOrEqual(fewest);
      }
      if (withheld.length === 0) return;
      expect(withheld.some((of) => of.size < fewest)).toBe(true);
      const together = new Set(withheld.flatMap((of) => [...of]));
      if (shown.size > 0) {
        expect(withheld.length).toBeGreaterThanOrEqual(2);
        expect(together.size).toBeGreaterThanOrEqual(fewest);
        // No more than needed: without the largest of them, they would be too few.
        const ordered = withheld.toSorted((one, other) => one.size - other.size).slice(0, -1);
        const less = new Set(ordered.flatMap((of) => [...of]));
        const largest = Math.max(...withheld.map((of) => of.size));
        const fewer = ordered.length < 2 || less.size < fewest || largest < fewest;
        const tied = withheld.filter((of) => of.size === largest).length > 1;
        expect(fewer || tied).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
