import fc from 'fast-check';
import { readPage, type Page } from '../../../src/api/query/pages/page';
import { readPages, TooManyRows } from '../../../src/api/query/pages/pages';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { seesAll, seesPseudonyms } from './given/context';
import { mart } from './given/marts';
import { givenRows } from './given/rows';

const financing = mart('financing');
const wants = { fields: ['companyId', 'loanFunds', 'bin', 'certificateNumber'], totalCount: true };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const row = fc.record({
  company_id: fc.constantFrom(1, 2, 3, null),
  year: fc.constantFrom(2019, 2021, 2022),
  bin: fc.constantFrom('000000000001', '999999999999'),
  bin_pseudonym: fc.constantFrom('777777000001', '777777000002'),
  certificate_number: fc.constantFrom(null, '7', '12'),
  loan_funds: fc.constantFrom(null, '0.00', '-3.10', '17.25'),
});
const request = fc.record({
  orderBy: fc.constantFrom(
    [],
    [{ field: 'LOAN_FUNDS', direction: 'DESC' }],
    [{ field: 'BIN', nulls: 'FIRST' }],
    [{ field: 'CERTIFICATE' }],
  ),
  filter: fc.constantFrom(
    {},
    { year: { gte: 2021 } },
    { certificate: { number: { isNull: true } } },
  ),
  size: fc.integer({ min: 0, max: 5 }),
  backward: fc.boolean(),
});

const shown = ({ rows, hasNextPage, hasPreviousPage, totalCount, cursorOf }: Page) => ({
  rows: rows.map((row) => Object.fromEntries(wants.fields.map((field) => [field, row[field]]))),
  cursors: rows.map(cursorOf),
  hasNextPage,
  hasPreviousPage,
  totalCount,
});

test('the pages of many parents are those that each of them would have alone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 30 }),
      request,
      fc.uniqueArray(fc.constantFrom(1, 2, 3, 4), { minLength: 1 }),
      fc.constantFrom(seesAll, seesPseudonyms),
      async (rows, { size, backward, filter, ...order }, companies, context) => {
        await database.knex('gold.financing').delete();
        await givenRows(database.knex, 'gold.financing', rows);
        const alone = (companyId: number, window: object) =>
          readPage(
            database.knex,
            financing,
            { ...order, ...window, filter: { and: [filter, { companyId: { eq: companyId } }] } },
            wants,
            context,
          );
        const together = (window: object) =>
          readPages(
            database.knex,
            financing,
            { ...order, ...window, filter },
            wants,
            context,
            { by: ['companyId'], values: companies.map((id) => [id]) },
            1_000,
          );
        // The cursor is one company's; below the others it stands between rows of theirs.
        const [first] = await together({ first: 2 });
        const cursor = first?.rows[0] && first.cursorOf(first.rows[0]);
        for (const window of [
          backward ? { last: size } : { first: size },
          backward ? { last: size, before: cursor } : { first: size, after: cursor },
        ]) {
          const pages = await together(window);
          const expected = await Promise.all(companies.map((id) => alone(id, window)));
          expect(pages.map(shown)).toEqual(expected.map(shown));
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('no more rows are read than may be', async () => {
  await database.knex('gold.financing').delete();
  await givenRows(
    database.knex,
    'gold.financing',
    Array.from({ length: 10 }, (_, index) => ({ company_id: (index % 2) + 1 })),
  );
  const parents = { by: ['companyId'], values: [[1], [2]] };
  const read = (maxRows: number) =>
    readPages(database.knex, financing, {}, wants, seesAll, parents, maxRows);
  expect((await read(10)).map(({ rows }) => rows.length)).toEqual([5, 5]);
  await expect(read(9)).rejects.toThrow(TooManyRows);
});
