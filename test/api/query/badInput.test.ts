import { BadInput } from '../../../src/api/query/values/badInput';
import { readGroups } from '../../../src/api/query/groups/groups';
import { readPage } from '../../../src/api/query/pages/page';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { seesAll } from './given/context';
import { mart } from './given/marts';
import { givenRows } from './given/rows';

const financing = mart('financing');
const indicators = mart('generalIndicators');

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await givenRows(database.knex, 'gold.financing', [{}, {}]);
});

afterAll(() => database.drop());

const read = (request: object) =>
  readPage(database.knex, financing, request, { fields: [], totalCount: false }, seesAll);

const nested = (depth: number): object => (depth === 0 ? {} : { not: nested(depth - 1) });

test.each([
  [
    { year: { gte: 2_147_483_648 } },
    'filter.year.gte is 2147483648; expected a whole number from -2147483648 to 2147483647.',
  ],
  [
    { year: { eq: 1.5 } },
    'filter.year.eq is 1.5; expected a whole number from -2147483648 to 2147483647.',
  ],
  [
    { year: { eq: null } },
    'filter.year.eq is null; expected a whole number from -2147483648 to 2147483647.',
  ],
  [{ year: null }, 'filter.year is null; expected an object such as {isNull: true}.'],
  [{ year: { in: [] } }, 'filter.year.in is an empty list; expected 1 to 1000 values.'],
  [{ year: { notIn: [] } }, 'filter.year.notIn is an empty list; expected 1 to 1000 values.'],
  [
    { year: { in: [2020, null] } },
    'filter.year.in[1] is null; expected a whole number from -2147483648 to 2147483647.',
  ],
  [
    { year: { in: Array(1001).fill(1) } },
    'filter.year.in is a list of 1001 values; expected 1 to 1000 values.',
  ],
  [
    { year: { contains: '2' } },
    'filter.year.contains is not an operator of year; expected one of eq, ne, in, notIn, isNull, lt, lte, gt, gte.',
  ],
  [{ or: [] }, 'filter.or is an empty list; expected at least one filter.'],
  [{ and: [] }, 'filter.and is an empty list; expected at least one filter.'],
  [{ or: null }, 'filter.or is null; expected a list.'],
  [{ not: null }, 'filter.not is null; expected an object.'],
  [{ or: [{}, null] }, 'filter.or[1] is null; expected an object.'],
  [{ certificate: null }, 'filter.certificate is null; expected an object.'],
  [
    { certificate: { number: { eq: null } } },
    'filter.certificate.number.eq is null; expected a text without U+0000 and lone surrogates.',
  ],
  [
    { certificate: { source: { eq: 'HEARSAY' } } },
    'filter.certificate.source.eq is "HEARSAY"; expected one of REPORT, PARTICIPANT, SERVICE_REQUEST.',
  ],
  [
    { companyName: { eq: 'a\0b' } },
    'filter.companyName.eq is "a\\u0000b"; expected a text without U+0000 and lone surrogates.',
  ],
  [
    { companyName: { contains: '\ud800' } },
    'filter.companyName.contains is "\\ud800"; expected a text without U+0000 and lone surrogates.',
  ],
  [
    { companyName: { isNull: 'yes' } },
    'filter.companyName.isNull is "yes"; expected true or false.',
  ],
  [
    { loanFunds: { lt: '1e3' } },
    'filter.loanFunds.lt is "1e3"; expected a decimal number with at most 1000 digits before the point and 18 after it.',
  ],
  [
    { loanFunds: { lt: '9'.repeat(1_001) } },
    `filter.loanFunds.lt is "${'9'.repeat(79)}…; expected a decimal number with at most 1000 digits before the point and 18 after it.`,
  ],
  [
    { loanFunds: { lt: 'NaN' } },
    'filter.loanFunds.lt is "NaN"; expected a decimal number with at most 1000 digits before the point and 18 after it.',
  ],
  [
    { signedAt: { lt: '2026-02-30T00:00:00Z' } },
    'filter.signedAt.lt is "2026-02-30T00:00:00Z"; expected a moment with its offset, as 2026-01-31T09:30:00.123456Z.',
  ],
  [
    { signedAt: { lt: '2026-01-30T00:00:00' } },
    'filter.signedAt.lt is "2026-01-30T00:00:00"; expected a moment with its offset, as 2026-01-31T09:30:00.123456Z.',
  ],
  [
    { certificate: { issueDate: { eq: '2025-02-29' } } },
    'filter.certificate.issueDate.eq is "2025-02-29"; expected a day of the calendar, as 2026-01-31.',
  ],
  [
    { reportType: { eq: 'quarter1' } },
    'filter.reportType.eq is "quarter1"; expected one of QUARTER1, QUARTER2, QUARTER3, QUARTER4, YEARLY.',
  ],
  [{ constructor: { eq: 1 } }, 'filter.constructor is not a field that Financing has.'],
  [nested(11), 'The filter nests and, or and not deeper than 10 levels; expected at most so many.'],
  [
    { or: Array(501).fill({ year: { eq: 1 } }) },
    'The filter has more than 500 comparisons; expected at most so many, and in for lists of values.',
  ],
])('the filter %j is refused in one sentence', async (filter, sentence) => {
  await expect(read({ filter })).rejects.toThrow(new BadInput(sentence));
});

test('what stands at the edge is accepted', async () => {
  await read({ filter: nested(10) });
  await read({ filter: { year: { in: Array(1000).fill(2_147_483_647) } } });
  await read({ filter: { loanFunds: { lt: `-${'9'.repeat(18)}.${'9'.repeat(18)}` } } });
  await read({
    filter: {
      signedAt: { gt: '0001-01-01T00:00:00+14:59', lt: '9999-12-31T23:59:59.999999-14:59' },
    },
  });
  await read({ filter: { or: Array(500).fill({ year: { eq: 1 } }) } });
});

test.each([
  [{ first: -1 }, 'first is -1; expected a whole number from 0 to 1000.'],
  [{ first: 1001 }, 'first is 1001; expected a whole number from 0 to 1000.'],
  [{ last: 1001 }, 'last is 1001; expected a whole number from 0 to 1000.'],
  [{ first: 1, last: 1 }, 'Both first and last are given; expected one of them.'],
  [{ after: '' }, 'after is not a cursor; expected one that an answer gave.'],
  [{ after: 'скорее' }, 'after is not a cursor; expected one that an answer gave.'],
  [{ before: 'bm9uZQ' }, 'before is not a cursor; expected one that an answer gave.'],
  [{ after: 5 }, 'after is not a cursor; expected one that an answer gave.'],
  [
    { orderBy: [{ field: 'BIRTHDAY' }] },
    /^orderBy\[0\]\.field is BIRTHDAY; expected one of REPORT_ID, /,
  ],
  [
    { orderBy: [{ field: 'YEAR', direction: 'UP' }] },
    'orderBy[0].direction is "UP"; expected ASC or DESC.',
  ],
  [
    { orderBy: [{ field: 'YEAR', nulls: 'NO' }] },
    'orderBy[0].nulls is "NO"; expected FIRST or LAST.',
  ],
])('the page %j is refused in one sentence', async (request, sentence) => {
  await expect(read(request)).rejects.toThrow(BadInput);
  await expect(read(request)).rejects.toThrow(sentence);
});

test('a list has no order', async () => {
  const request = { orderBy: [{ field: 'ACTIVITY_FIELDS' }] };
  const reading = readPage(
    database.knex,
    indicators,
    request,
    { fields: [], totalCount: false },
    seesAll,
  );
  await expect(reading).rejects.toThrow(
    /^orderBy\[0\]\.field is ACTIVITY_FIELDS; expected one of /,
  );
});

test('a cursor of another list, of another order or with other values is refused', async () => {
  const page = await read({ orderBy: [{ field: 'YEAR' }] });
  const cursor = page.cursorOf(page.rows[0] ?? {});
  await expect(read({ after: cursor })).rejects.toThrow('after is a cursor of another list');
  const exports = readPage(
    database.knex,
    mart('exports'),
    { orderBy: [{ field: 'YEAR' }], after: cursor },
    { fields: [], totalCount: false },
    seesAll,
  );
  await expect(exports).rejects.toThrow('after is a cursor of another list');

  const [version, order] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[];
  for (const values of [
    ['2024', '1', '1'],
    ['2024'],
    [null, '1'],
    ['x', '1'],
    ['99999999999', '1'],
    [2024, 1],
    'ab',
  ]) {
    const forged = Buffer.from(JSON.stringify([version, order, values])).toString('base64url');
    await expect(read({ orderBy: [{ field: 'YEAR' }], after: forged })).rejects.toThrow(BadInput);
  }
  const sound = Buffer.from(JSON.stringify([version, order, ['2024', '1']])).toString('base64url');
  expect((await read({ orderBy: [{ field: 'YEAR' }], after: sound })).rows).toHaveLength(1);
});

const group = (request: object) =>
  readGroups(
    database.knex,
    financing,
    { by: [], ...request },
    { aggregates: {}, counts: [], totalCount: false },
    seesAll,
  );

test.each([
  [{ by: null }, 'by is null; expected a list.'],
  [{ by: ['YEAR', 'YEAR'] }, 'by has YEAR twice; expected each dimension once.'],
  [{ by: ['LOAN_FUNDS'] }, /^by\[0\] is LOAN_FUNDS; expected one of REPORT_ID, /],
  [{ by: Array(11).fill('YEAR') }, 'by has 11 dimensions; expected at most 10.'],
  [
    { orderBy: [{}] },
    'orderBy[0] names nothing; expected exactly one of total, sum, avg, min, max, count, previous, change, share, key, rows, companies, participations.',
  ],
  [
    { orderBy: [{ total: 'LOAN_FUNDS', rows: true }] },
    /^orderBy\[0\] names total, rows; expected exactly one of /,
  ],
  [{ orderBy: [{ rows: false }] }, 'orderBy[0].rows is false; expected true.'],
  [
    { orderBy: [{ key: 'YEAR' }] },
    'orderBy[0].key is YEAR; expected a dimension of by: none, since by is empty.',
  ],
  [
    { by: ['BIN'], orderBy: [{ key: 'YEAR' }] },
    'orderBy[0].key is YEAR; expected a dimension of by: BIN.',
  ],
  [
    { orderBy: [{ sum: 'YEAR' }] },
    /^orderBy\[0\]\.sum is YEAR; expected one of GOVERNMENT_SUPPORT, /,
  ],
  [
    { by: ['BIN'], orderBy: [{ change: 'LOAN_FUNDS' }] },
    'previous and change compare with the year before; expected YEAR in by.',
  ],
  [{ first: 1001 }, 'first is 1001; expected a whole number from 0 to 1000.'],
])('the groups %j are refused in one sentence', async (request, sentence) => {
  await expect(group(request)).rejects.toThrow(BadInput);
  await expect(group(request)).rejects.toThrow(sentence);
});
