import fc from 'fast-check';
import { readPage, type Page, type Row } from '../../../src/api/query/pages/page';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { seesAll, seesPseudonyms } from './given/context';
import { mart } from './given/marts';
import { givenRows } from './given/rows';

const financing = mart('financing');

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

const maybe = <Value>(...values: Value[]) => fc.constantFrom(null, ...values);

const row = fc.record({
  year: fc.constantFrom(2019, 2020, 2021, 2022),
  report_type: fc.constantFrom('quarter1', 'quarter2', 'yearly'),
  company_id: maybe(1, 2),
  company_name: maybe('Ёлка', 'ёлка', 'елка', 'Zebra', 'a"b\\c', 'É', ''),
  bin: maybe('000000000001', '999999999999'),
  bin_pseudonym: maybe('777777000001', '777777000002'),
  signed_at: maybe('2026-01-05T00:36:19.000001Z', '2026-01-05T00:36:19Z', '2025-12-31T23:59:59.9Z'),
  superseded: fc.boolean(),
  loan_funds: maybe('0.00', '-3.10', '17.25', '900000000000000000.00'),
});

const item = fc.record({
  field: fc.constantFrom(
    ...['YEAR', 'REPORT_TYPE', 'COMPANY_ID', 'COMPANY_NAME', 'BIN', 'SIGNED_AT', 'SUPERSEDED'],
    ...['LOAN_FUNDS', 'CERTIFICATE', 'REPORT_ID'],
  ),
  direction: fc.constantFrom('ASC', 'DESC'),
  nulls: fc.constantFrom('FIRST', 'LAST', undefined),
});

/** Follows the cursors from one end to the other, with pages of these sizes in turn. */
async function walk(
  sizes: readonly number[],
  backward: boolean,
  read: (request: object) => Promise<Page>,
): Promise<Row[]> {
  let rows: Row[] = [];
  let cursor: string | undefined;
  for (let step = 0; ; step += 1) {
    const size = sizes[step % sizes.length];
    const page = await read(
      backward ? { last: size, before: cursor } : { first: size, after: cursor },
    );
    expect(backward ? page.hasNextPage : page.hasPreviousPage).toBe(step > 0);
    rows = backward ? [...page.rows, ...rows] : [...rows, ...page.rows];
    if (!(backward ? page.hasPreviousPage : page.hasNextPage)) return rows;
    cursor = page.cursorOf((backward ? page.rows[0] : page.rows.at(-1)) ?? {});
  }
}

test('walking pages of any size, forward and backward, meets every row once and in order', async () => {
  const fields = ['bin', 'loanFunds', 'companyName'];
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 40 }),
      fc.array(item, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(seesAll, seesPseudonyms),
      async (rows, orderBy, sizes, context) => {
        await database.knex('gold.financing').delete();
        await givenRows(database.knex, 'gold.financing', rows);
        const read = (request: object) =>
          readPage(
            database.knex,
            financing,
            { orderBy, ...request },
            { fields, totalCount: true },
            context,
          );
        const whole = await read({ first: 1_000 });
        expect(new Set(whole.rows.map(({ reportId }) => reportId)).size).toBe(rows.length);
        expect(whole.totalCount).toBe(rows.length);
        expect(await walk(sizes, false, read)).toEqual(whole.rows);
        expect(await walk(sizes, true, read)).toEqual(whole.rows);
      },
    ),
    { numRuns: 40 },
  );
});
