import { readPage, type Page } from '../../../src/api/query/pages/page';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { seesAll } from './given/context';
import { mart } from './given/marts';
import { givenRows } from './given/rows';

const financing = mart('financing');
const wants = { fields: ['reportId'], totalCount: true };

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await givenRows(database.knex, 'gold.financing', [
    { loan_funds: '5.50', company_name: 'беркут', signed_at: '2026-01-05T00:36:19.428505Z' },
    { loan_funds: null, company_name: 'Алатау', signed_at: '2026-01-05T00:36:19.4285Z' },
    { loan_funds: '-1', company_name: 'Ёлка', signed_at: '2026-01-05T05:36:19+05:00' },
    { loan_funds: '900000000000000000.01', company_name: null, report_type: 'quarter2' },
    { loan_funds: '5.50', company_name: 'Жұлдыз' },
  ]);
});

afterAll(() => database.drop());

const read = (request: object, fields = wants.fields): Promise<Page> =>
  readPage(database.knex, financing, request, { ...wants, fields }, seesAll);

const ids = ({ rows }: Page) => rows.map((row) => row['reportId']);

test('rows come in the order of the key when none is asked for', async () => {
  const page = await read({});
  expect(ids(page)).toEqual([1, 2, 3, 4, 5]);
  expect(page).toMatchObject({ hasNextPage: false, hasPreviousPage: false, totalCount: 5 });
});

test.each([
  ['ASC', undefined, [3, 1, 5, 4, 2]],
  ['DESC', undefined, [4, 1, 5, 3, 2]],
  ['ASC', 'FIRST', [2, 3, 1, 5, 4]],
  ['DESC', 'FIRST', [2, 4, 1, 5, 3]],
])('amounts %s with nulls %s', async (direction, nulls, expected) => {
  expect(ids(await read({ orderBy: [{ field: 'LOAN_FUNDS', direction, nulls }] }))).toEqual(
    expected,
  );
});

test('texts stand in the order of the alphabet, whatever the case and the locale', async () => {
  expect(ids(await read({ orderBy: [{ field: 'COMPANY_NAME' }] }))).toEqual([2, 1, 3, 5, 4]);
});

test('amounts keep two decimals, moments their microseconds, periods their names', async () => {
  const { rows } = await read({}, ['loanFunds', 'signedAt', 'reportType']);
  expect(rows).toEqual([
    {
      reportId: 1,
      loanFunds: '5.50',
      signedAt: '2026-01-05T00:36:19.428505Z',
      reportType: 'YEARLY',
    },
    { reportId: 2, loanFunds: null, signedAt: '2026-01-05T00:36:19.428500Z', reportType: 'YEARLY' },
    { reportId: 3, loanFunds: '-1.00', signedAt: '2026-01-05T00:36:19Z', reportType: 'YEARLY' },
    { reportId: 4, loanFunds: '900000000000000000.01', signedAt: null, reportType: 'QUARTER2' },
    { reportId: 5, loanFunds: '5.50', signedAt: null, reportType: 'YEARLY' },
  ]);
});

test('a page ends where the next begins', async () => {
  const orderBy = [{ field: 'LOAN_FUNDS', direction: 'DESC' }];
  const one = await read({ orderBy, first: 2 });
  expect(ids(one)).toEqual([4, 1]);
  expect(one).toMatchObject({ hasNextPage: true, hasPreviousPage: false, totalCount: 5 });
  const [, end = {}] = one.rows;
  const two = await read({ orderBy, first: 2, after: one.cursorOf(end) });
  expect(ids(two)).toEqual([5, 3]);
  expect(two).toMatchObject({ hasNextPage: true, hasPreviousPage: true, totalCount: 5 });
  const before = await read({ orderBy, last: 1, before: two.cursorOf(two.rows[0] ?? {}) });
  expect(ids(before)).toEqual([1]);
  expect(before).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
});

test('beyond the last row lies an empty page that knows of rows before it', async () => {
  const all = await read({});
  const after = all.cursorOf(all.rows[4] ?? {});
  const page = await read({ after });
  expect(page).toMatchObject({
    rows: [],
    hasNextPage: false,
    hasPreviousPage: true,
    totalCount: 5,
  });
  const none = await read({ after, filter: { reportId: { gt: 5 } } });
  expect(none).toMatchObject({
    rows: [],
    hasNextPage: false,
    hasPreviousPage: false,
    totalCount: 0,
  });
});

test('first: 0 tells whether there is anything', async () => {
  expect(await read({ first: 0 })).toMatchObject({ rows: [], hasNextPage: true, totalCount: 5 });
});
