import fc from 'fast-check';
import type { QueryContext } from '../../../src/api/query/columns/context';
import { readGroups } from '../../../src/api/query/groups/groups';
import { readPage } from '../../../src/api/query/pages/page';
import { readPages } from '../../../src/api/query/pages/pages';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { seesAll } from './given/context';
import { mart } from './given/marts';
import { givenRows } from './given/rows';

const financing = mart('financing');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** One page as the walk sees it: what stands on it, by names that outlive a publication. */
interface Page {
  readonly names: readonly string[];
  readonly more: boolean;
  readonly dataVersionChanged: boolean;
  readonly cursor: string | undefined;
}

type Read = (cursor: string | undefined, context: QueryContext) => Promise<Page>;

/** A value of the row's, or nothing where the row is not there. */
const values = fc.option(
  fc.record({
    company_id: fc.constantFrom(1, 2),
    company_name: fc.constantFrom(null, 'Алма', 'алма', 'Байт', 'Zebra'),
    loan_funds: fc.constantFrom(null, '-1.00', '0.00', '17.25', '900000000000000000.00'),
  }),
  { nil: null },
);
type Values = typeof values extends fc.Arbitrary<infer Value> ? Value : never;

const ROWS = 14;
const first = fc.array(values, { minLength: ROWS, maxLength: ROWS });
/** What each publication does to a few rows: it inserts, deletes or updates them. */
const publications = fc.array(
  fc.array(fc.tuple(fc.nat({ max: ROWS - 1 }), values), { maxLength: 4 }),
  { minLength: 1, maxLength: 6 },
);

async function write(index: number, value: Values): Promise<void> {
  const key = { report_id: index + 1, service_request_id: index + 1 };
  await database.knex('gold.financing').where(key).delete();
  if (value) await givenRows(database.knex, 'gold.financing', [{ ...key, ...value }]);
}

/** All pages, read from one end to the other, with a publication between each and the next. */
async function walk(
  rows: readonly Values[],
  published: readonly (readonly (readonly [number, Values])[])[],
  read: Read,
  afterEach: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  await database.knex('gold.financing').delete();
  for (const [index, value] of rows.entries()) await write(index, value);
  await afterEach();
  const met: string[] = [];
  let cursor: string | undefined;
  for (let version = 1; ; version += 1) {
    const page = await read(cursor, { ...seesAll, dataVersionId: String(version) });
    expect(page.dataVersionChanged).toBe(version > 1);
    met.push(...page.names);
    if (!page.more || page.cursor === undefined) return met;
    cursor = page.cursor;
    for (const [index, value] of published[version - 1] ?? []) await write(index, value);
    await afterEach();
  }
}

/** Rows that nothing touched: they have one place in every order, whatever is published. */
function steadyRows(
  rows: readonly Values[],
  published: readonly (readonly (readonly [number, Values])[])[],
): number[] {
  const touched = new Set(published.flat().map(([index]) => index));
  return rows.flatMap((value, index) => (value && !touched.has(index) ? [index + 1] : []));
}

const directions = fc.constantFrom('forward', 'backward');
const orders = fc.constantFrom(
  [],
  [{ field: 'LOAN_FUNDS', direction: 'DESC' }],
  [{ field: 'COMPANY_NAME', nulls: 'FIRST' }, { field: 'LOAN_FUNDS' }],
);
const window = (direction: string, size: number, cursor: string | undefined) =>
  direction === 'forward' ? { first: size, after: cursor } : { last: size, before: cursor };

/** The steady names among those met, in the order of the walk's direction. */
function expectEachOnce(met: readonly string[], steady: readonly string[]): void {
  const found = met.filter((name) => steady.includes(name));
  expect([...found].sort()).toEqual([...steady].sort());
}

const wants = { fields: [], totalCount: false };

test('rows that did not change are met once each, whatever is published between the pages', async () => {
  await fc.assert(
    fc.asyncProperty(
      ...([first, publications, orders, directions, fc.integer({ min: 1, max: 4 })] as const),
      async (rows, published, orderBy, direction, size) => {
        const met = await walk(rows, published, async (cursor, context) => {
          const request = { orderBy, ...window(direction, size, cursor) };
          const page = await readPage(database.knex, financing, request, wants, context);
          const last = direction === 'forward' ? page.rows.at(-1) : page.rows[0];
          return {
            names: page.rows.map(({ reportId }) => String(reportId)),
            more: direction === 'forward' ? page.hasNextPage : page.hasPreviousPage,
            dataVersionChanged: page.dataVersionChanged,
            cursor: last && page.cursorOf(last),
          };
        });
        expectEachOnce(met, steadyRows(rows, published).map(String));
      },
    ),
    { numRuns: 40 },
  );
});

test('so are the rows below each of several parents', async () => {
  await fc.assert(
    fc.asyncProperty(
      ...([first, publications, orders, directions, fc.integer({ min: 1, max: 4 })] as const),
      async (rows, published, orderBy, direction, size) => {
        // Each parent is walked by a cursor of its own, beside the other's first page.
        for (const parent of [1, 2]) {
          const met = await walk(rows, published, async (cursor, context) => {
            const pages = await readPages(
              database.knex,
              financing,
              { orderBy, ...window(direction, size, cursor) },
              wants,
              context,
              { by: ['companyId'], values: [[1], [2]] },
              1_000,
            );
            const page = pages[parent - 1];
            if (!page) throw new Error('A parent has no page.');
            const last = direction === 'forward' ? page.rows.at(-1) : page.rows[0];
            return {
              names: page.rows.map(({ reportId }) => String(reportId)),
              more: direction === 'forward' ? page.hasNextPage : page.hasPreviousPage,
              dataVersionChanged: page.dataVersionChanged,
              cursor: last && page.cursorOf(last),
            };
          });
          const ofParent = steadyRows(rows, published).filter(
            (id) => rows[id - 1]?.company_id === parent,
          );
          expectEachOnce(met, ofParent.map(String));
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('so are groups whose key and order did not change', async () => {
  const groupOrders = fc.constantFrom([], [{ sum: 'LOAN_FUNDS', direction: 'DESC' }]);
  const groupWants = { aggregates: { sum: ['loanFunds'] }, counts: [], totalCount: false };
  await fc.assert(
    fc.asyncProperty(
      ...([first, publications, groupOrders, fc.integer({ min: 1, max: 3 })] as const),
      async (rows, published, orderBy, size) => {
        const by = ['COMPANY_NAME', 'COMPANY_ID'];
        const named = ({ key, sum }: { key: unknown; sum?: unknown }) =>
          JSON.stringify(orderBy.length === 0 ? key : [key, sum]);
        const read = (request: object, context: QueryContext) =>
          readGroups(database.knex, financing, { by, orderBy, ...request }, groupWants, context);
        // What stood in every version of the walk, at the same place.
        let steady: string[] | undefined;
        const met = await walk(
          rows,
          published,
          async (cursor, context) => {
            const page = await read({ first: size, after: cursor }, context);
            const last = page.groups.at(-1);
            return {
              names: page.groups.map(named),
              more: page.hasNextPage,
              dataVersionChanged: page.dataVersionChanged,
              cursor: last && page.cursorOf(last),
            };
          },
          async () => {
            const all = new Set((await read({ first: 1_000 }, seesAll)).groups.map(named));
            steady = steady?.filter((name) => all.has(name)) ?? [...all];
          },
        );
        expectEachOnce(met, steady ?? []);
      },
    ),
    { numRuns: 40 },
  );
});
