import { readGroups } from '../../../src/api/query/groups/groups';
import type { QueryContext } from '../../../src/api/query/columns/context';
import { readPage } from '../../../src/api/query/pages/page';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { seesAll, seesPseudonyms } from './given/context';
import { entity, mart } from './given/marts';
import { givenRows } from './given/rows';

const financing = mart('financing');
const companies = entity('companies');
const participants = entity('participants');

const PSEUDONYMS = ['777777000003', '777777000001', '777777000002'];
const BINS = {
  one: ['100000000001', '100000000002', '100000000003'],
  other: ['990000000009', '910000000004', '777777999999'],
};

/** Two databases that differ in the BINs behind the pseudonyms, and in nothing else. */
let databases: readonly TestDatabase[];

async function databaseWith(bins: readonly string[]): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const { knex } = database;
  const rows = bins.flatMap((bin, index) => [
    {
      service_request_id: index,
      year: 2020,
      bin,
      bin_pseudonym: PSEUDONYMS[index],
      loan_funds: index,
    },
    {
      service_request_id: index,
      year: 2023,
      bin,
      bin_pseudonym: PSEUDONYMS[index],
      loan_funds: '7',
    },
  ]);
  await givenRows(knex, 'gold.financing', [...rows, { bin: null }]);
  await givenRows(
    knex,
    'gold.general_indicators',
    rows.map(({ service_request_id, year, bin, bin_pseudonym }) => ({
      service_request_id,
      year,
      bin,
      bin_pseudonym,
    })),
  );
  await knex('silver.bin_pseudonyms').insert(
    bins.map((bin, index) => ({ bin, pseudonym: PSEUDONYMS[index] })),
  );
  await knex('silver.companies').insert(bins.map((tin, index) => ({ company_id: index, tin })));
  await knex('silver.techpark_participants').insert(
    bins.map((company_tin, index) => ({
      service_request_id: index,
      bp_status: 'registered',
      company_tin,
    })),
  );
  return database;
}

beforeAll(async () => {
  databases = [await databaseWith(BINS.one), await databaseWith(BINS.other)];
});

afterAll(() => Promise.all(databases.map((database) => database.drop())));

const masksAll: QueryContext = { ...seesPseudonyms, binMask: { fromYear: 0, policy: 'year' } };
const fields = ['bin', 'binMasked'];

const filters = [
  {},
  { bin: { eq: '777777000001' } },
  { bin: { ne: '777777000001' } },
  { bin: { eq: '100000000002' } },
  { bin: { notIn: ['910000000004', '777777000003'] } },
  { bin: { lt: '777777000002' } },
  { bin: { gte: '777777000002' } },
  { bin: { startsWith: '1' } },
  { bin: { contains: '99' } },
  { bin: { isNull: true } },
  { not: { or: [{ bin: { gt: '500000000000' } }, { bin: { eq: '990000000009' } }] } },
];
const orders = [[], [{ field: 'BIN' }], [{ field: 'BIN', direction: 'DESC', nulls: 'FIRST' }]];

/** Everything that pages and groups say of BINs, cursors included. */
async function answers({ knex }: TestDatabase, context: QueryContext): Promise<string> {
  const said: unknown[] = [];
  for (const filter of filters) {
    for (const orderBy of orders) {
      for (const table of [financing, companies, participants]) {
        let after: string | undefined;
        do {
          const request = { filter, orderBy, first: 2, after };
          const page = await readPage(knex, table, request, { fields, totalCount: true }, context);
          const cursors = page.rows.map((row) => page.cursorOf(row));
          said.push({ ...page, cursors });
          after = page.hasNextPage ? cursors.at(-1) : undefined;
        } while (after !== undefined);
      }
    }
    for (const by of [['BIN'], ['BIN', 'YEAR'], []]) {
      const page = await readGroups(
        knex,
        financing,
        { by, filter, orderBy: [{ sum: 'LOAN_FUNDS' }] },
        {
          aggregates: {
            sum: ['loanFunds'],
            share: ['loanFunds'],
            ...(by.includes('YEAR') && { previous: ['loanFunds'] }),
          },
          counts: ['rows', 'companies'],
          totalCount: true,
        },
        context,
      );
      said.push({ ...page, cursors: page.groups.map((group) => page.cursorOf(group)) });
    }
  }
  return JSON.stringify(said);
}

test('who may not read BINs gets the same bytes, whatever BINs lie behind the pseudonyms', async () => {
  const [one, other] = await Promise.all(databases.map((database) => answers(database, masksAll)));
  expect(one).toBe(other);
  for (const bin of BINS.one) expect(one).not.toContain(bin);
});

test('so does who sees BINs of earlier years, of companies that report later, by the policy for companies', async () => {
  const context: QueryContext = {
    ...seesPseudonyms,
    binMask: { fromYear: 2021, policy: 'company' },
  };
  const [one, other] = await Promise.all(databases.map((database) => answers(database, context)));
  expect(one).toBe(other);
  for (const bin of BINS.one) expect(one).not.toContain(bin);
});

test('who may read BINs gets them, and is told that they are none of ours', async () => {
  const [one, other] = await Promise.all(databases.map((database) => answers(database, seesAll)));
  expect(one).not.toBe(other);
  expect(one).not.toContain('"binMasked":true');
  expect(one).not.toContain('777777');
});

test('years before the first masked one show the BIN, the others its pseudonym', async () => {
  const [database] = databases;
  if (!database) throw new Error('No database was made.');
  const request = {
    orderBy: [{ field: 'BIN' }, { field: 'YEAR' }],
    filter: { year: { lt: 2024 } },
  };
  const wants = { fields: [...fields, 'year'], totalCount: false };
  const { rows } = await readPage(database.knex, financing, request, wants, seesPseudonyms);
  expect(rows.map(({ year, bin, binMasked }) => [year, bin, binMasked])).toEqual([
    [2020, '100000000001', false],
    [2020, '100000000002', false],
    [2020, '100000000003', false],
    [2023, '777777000001', true],
    [2023, '777777000002', true],
    [2023, '777777000003', true],
  ]);
});

test('a row without a BIN is not masked', async () => {
  const [database] = databases;
  if (!database) throw new Error('No database was made.');
  const request = { filter: { bin: { isNull: true } } };
  const { rows } = await readPage(
    database.knex,
    financing,
    request,
    { fields, totalCount: false },
    masksAll,
  );
  expect(rows).toEqual([{ reportId: 7, bin: null, binMasked: false }]);
});

test('outside a year a BIN is always its pseudonym', async () => {
  const [database] = databases;
  if (!database) throw new Error('No database was made.');
  for (const table of [companies, participants]) {
    const request = { orderBy: [{ field: 'BIN' }] };
    const { rows } = await readPage(
      database.knex,
      table,
      request,
      { fields, totalCount: false },
      seesPseudonyms,
    );
    expect(rows.map(({ bin, binMasked }) => [bin, binMasked])).toEqual([
      ['777777000001', true],
      ['777777000002', true],
      ['777777000003', true],
    ]);
  }
});
