import { createKey } from '../../../../src/api/access/keys/keys';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { fetchJson, serveTest, type ServedDatabase } from '../support';

const INT = 'a whole number from -2147483648 to 2147483647';
const PAGE = 'a whole number from 0 to 1000';

let served: ServedDatabase;
let key: string;
beforeAll(async () => {
  served = await serveTest({ product: true });
  const { knex } = served.database;
  await givenPublication(knex);
  await knex('silver.companies').insert(
    [1, 2, 3].map((company_id) => ({ company_id, name: `ТОО ${company_id}` })),
  );
  await givenRows(
    knex,
    'gold.financing',
    [1, 2, 3].map((company_id) => ({ company_id })),
  );
  key = (await createKey(knex, { name: 'wrong', rights: 'marts:read,quality:read' })).key;
});
afterAll(() => served.stop());

async function answer(query: string, variables: object = {}) {
  const { status, body } = await fetchJson(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query, variables }),
  });
  const errors = body.errors ?? [];
  // Before execution there are no data, and the status says so; after it, it does not.
  expect(status).toBe('data' in body ? 200 : 400);
  return { status, told: errors.map(({ extensions, message }) => [extensions['code'], message]) };
}

const expectSentence = async (query: string, sentence: string, variables: object = {}) => {
  const { told } = await answer(query, variables);
  expect(told).toEqual([['BAD_USER_INPUT', sentence]]);
};

const FIELDS: readonly (readonly [string, (given: string) => string])[] = [
  ['rows of a mart', (given) => `{ financing(${given}) { totalCount } }`],
  ['rows of an entity', (given) => `{ companies(${given}) { totalCount } }`],
  ['groups', (given) => `{ financingGroups(by: [YEAR], ${given}) { totalCount } }`],
  ['linked rows', (given) => `{ companies { nodes { financing(${given}) { totalCount } } } }`],
  ['the search', (given) => `{ companySearch(text: "тоо", ${given}) { totalCount } }`],
  ['runs', (given) => `{ refreshRuns(${given}) { totalCount } }`],
];

describe.each(FIELDS)('of %s', (_name, field) => {
  test.each([
    ['first: -1', `first is -1; expected ${PAGE}.`],
    ['first: 1001', `first is 1001; expected ${PAGE}.`],
    ['first: 1.5', `first is 1.5; expected ${INT}.`],
    ['first: "1"', `first is "1"; expected ${INT}.`],
    ['first: 99999999999', `first is 99999999999; expected ${INT}.`],
    ['first: [1, 2]', `first is [1, 2]; expected ${INT}.`],
    ['after: 5', 'after is 5; expected a text.'],
    ['after: ""', 'after is not a cursor; expected one that an answer gave.'],
    ['after: "скорее"', 'after is not a cursor; expected one that an answer gave.'],
    ['after: "WyIxIl0"', 'after is not a cursor; expected one that an answer gave.'],
  ])('%s is told in one sentence', (given, sentence) => expectSentence(field(given), sentence));
});

test.each(FIELDS.filter(([name]) => /rows/.test(name)))(
  'of %s first and last exclude each other',
  (_name, field) =>
    expectSentence(
      field('first: 1, last: 1'),
      'Both first and last are given; expected one of them.',
    ),
);

test('a cursor of another field is told in one sentence', async () => {
  const { body } = await fetchJson(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query: '{ companies { pageInfo { endCursor } } }' }),
  });
  const { companies } = body.data as { companies: { pageInfo: { endCursor: string } } };
  const after = `after: "${companies.pageInfo.endCursor}"`;
  const sentence =
    'after is a cursor of another list or another order; expected one of the same field with the same orderBy.';
  for (const [name, field] of FIELDS) {
    if (name === 'rows of an entity') continue;
    const told =
      name === 'runs' ? 'after is not a cursor; expected one that an answer gave.' : sentence;
    await expectSentence(field(after), told);
  }
});

/** As a literal, and what it is as a variable. */
const FILTERS: readonly (readonly [string, unknown, string])[] = [
  ['{year: {eq: "x"}}', { year: { eq: 'x' } }, `year.eq is "x"; expected ${INT}.`],
  ['{year: 2024}', { year: 2024 }, 'year is 2024; expected an object such as {eq: 2024}.'],
  ['{year: [2024]}', { year: [2024] }, 'year is [2024]; expected an object such as {in: [2024]}.'],
  ['{year: "x"}', { year: 'x' }, 'year is "x"; expected an object.'],
  [
    '{certificate: "1042"}',
    { certificate: '1042' },
    'certificate is "1042"; expected an object such as {number: {eq: "1042"}}.',
  ],
  ['{year: {in: [1, null]}}', { year: { in: [1, null] } }, `year.in[1] is null; expected ${INT}.`],
  [
    '{year: {contains: "2"}}',
    { year: { contains: '2' } },
    'year.contains is unknown; expected one of eq, ne, in, notIn, lt, lte, gt, gte, isNull.',
  ],
  [
    '{loanFunds: {startsWith: "2"}}',
    { loanFunds: { startsWith: '2' } },
    'loanFunds.startsWith is unknown; expected one of eq, ne, in, notIn, lt, lte, gt, gte, isNull.',
  ],
  [
    '{loanFunds: {eq: "1e3"}}',
    { loanFunds: { eq: '1e3' } },
    'loanFunds.eq is "1e3"; expected at most 1000 digits, and at most 2 after a decimal point, such as "1250.50".',
  ],
  [
    '{signedAt: {lt: "2024-02-30"}}',
    { signedAt: { lt: '2024-02-30' } },
    'signedAt.lt is "2024-02-30"; expected a moment with its offset, as 2026-01-31T09:30:00.123456Z.',
  ],
  [
    '{superseded: {eq: 1}}',
    { superseded: { eq: 1 } },
    'superseded.eq is 1; expected true or false.',
  ],
  ['{companyName: {eq: 5}}', { companyName: { eq: 5 } }, 'companyName.eq is 5; expected a text.'],
  [
    '{or: [{}, {year: {eq: true}}]}',
    { or: [{}, { year: { eq: true } }] },
    `or[1].year.eq is true; expected ${INT}.`,
  ],
];

test.each(FILTERS)(
  'the filter %s is told alike as a literal and as a variable',
  async (written, value, sentence) => {
    await expectSentence(`{ financing(filter: ${written}) { totalCount } }`, `filter.${sentence}`);
    await expectSentence(
      `{ financingGroups(by: [], filter: ${written}) { totalCount } }`,
      `filter.${sentence}`,
    );
    await expectSentence(
      `{ companies { nodes { financing(filter: ${written}) { totalCount } } } }`,
      `filter.${sentence}`,
    );
    await expectSentence(
      'query ($f: FinancingFilter) { financing(filter: $f) { totalCount } }',
      `$f.${sentence}`,
      { f: value },
    );
  },
);

test.each([
  ['{year: {eq: null}}', `filter.year.eq is null; expected ${INT}.`],
  ['{year: {in: []}}', 'filter.year.in is an empty list; expected 1 to 1000 values.'],
  ['{year: {in: null}}', 'filter.year.in is null; expected a list.'],
  ['{or: []}', 'filter.or is an empty list; expected at least one filter.'],
  ['{not: null}', 'filter.not is null; expected an object.'],
])('the filter %s is told in one sentence, wherever it stands', async (written, sentence) => {
  for (const [name, field] of FIELDS) {
    if (!/mart|groups|linked/.test(name)) continue;
    await expectSentence(field(`filter: ${written}`), sentence);
  }
});

test.each([
  [
    'a filter of 10,000 values',
    Array.from({ length: 10_000 }, (_, year) => year),
    'filter.year.in is a list of 10000 values; expected 1 to 1000 values.',
  ],
  [
    'a filter of 10,000 wrong values',
    Array.from({ length: 10_000 }, () => 'x'),
    `$f.year.in[0] is "x"; expected ${INT}.`,
  ],
])('%s is told in one sentence', (_what, values, sentence) =>
  expectSentence('query ($f: FinancingFilter) { financing(filter: $f) { totalCount } }', sentence, {
    f: { year: { in: values } },
  }),
);

test('so are 10,000 values in the document itself, and 1,000 wrong ones', async () => {
  const filter = (values: readonly unknown[]) =>
    `{ financing(filter: {year: {in: ${JSON.stringify(values)}}}) { totalCount } }`;
  await expectSentence(
    filter(Array(10_000).fill(1)),
    'The document has more than 5000 words and signs; expected at most so many, and long lists of values as variables.',
  );
  await expectSentence(
    filter(Array(1_000).fill('x')),
    `filter.year.in[0] is "x"; expected ${INT}.`,
  );
});

test.each([
  ['orderBy: [{field: NOSUCH}]', /^orderBy\[0\]\.field is NOSUCH; expected one of REPORT_ID, /],
  ['orderBy: [{}]', /^orderBy\[0\]\.field is missing; expected one of REPORT_ID, /],
  [
    'orderBy: [{field: YEAR, direction: UP}]',
    /^orderBy\[0\]\.direction is UP; expected one of ASC, DESC\.$/,
  ],
  [
    'filter: {reportType: {eq: QUARTER9}}',
    /^filter\.reportType\.eq is QUARTER9; expected one of QUARTER1, .*YEARLY\.$/,
  ],
  [
    'filter: {reportType: {eq: "YEARLY"}}',
    /^filter\.reportType\.eq is "YEARLY"; expected one of QUARTER1, /,
  ],
])('the unknown value in %s is told with those that are known', async (given, sentence) => {
  const { told } = await answer(`{ financing(${given}) { totalCount } }`);
  expect(told).toEqual([['BAD_USER_INPUT', expect.stringMatching(sentence)]]);
});

test('each wrong argument has one sentence, and wrong ones of several fields are told together', async () => {
  const wrong =
    '{ a: financing(first: "x") { totalCount } b: exports(first: true) { totalCount } }';
  expect((await answer(wrong)).told).toEqual([
    ['BAD_USER_INPUT', `first is "x"; expected ${INT}.`],
    ['BAD_USER_INPUT', `first is true; expected ${INT}.`],
  ]);
  await expectSentence(
    '{ financing(filter: {year: {eq: "x", nosuch: 1}, loanFunds: {eq: "y"}}) { totalCount } }',
    `filter.year.eq is "x"; expected ${INT}.`,
  );
});

test('variables that are wanting or null are told in one sentence, and so are wrong defaults', async () => {
  const query = 'query ($n: Int!) { financing(first: $n) { totalCount } }';
  await expectSentence(query, 'The variable $n is not given; expected one of the type Int!.');
  await expectSentence(query, `$n is null; expected ${INT}.`, { n: null });
  await expectSentence(
    'query ($n: Int = "x") { financing(first: $n) { totalCount } }',
    `$n is "x"; expected ${INT}.`,
  );
});

test.each([
  '{ financing { nosuch } }',
  '{ financing(nosuch: 1) { totalCount } }',
  '{ companySearch { totalCount } }',
  'query ($n: String) { financing(first: $n) { totalCount } }',
])('what the schema does not know stays a fault of the document: %s', async (query) => {
  expect((await answer(query)).told).toEqual([['GRAPHQL_VALIDATION_FAILED', expect.any(String)]]);
});

test('null for a variable with a default, where no null can be, is told in a sentence', async () => {
  const query =
    'query ($by: [FinancingDimension!] = []) { financingGroups(by: $by) { totalCount } }';
  await expectSentence(query, 'by is null; expected a value.', { by: null });
});

test.each([
  ['a value of another type', 'first: "1"', {}, 400],
  ['a variable of another type', 'first: $first', { first: 1.5 }, 400],
  ['a page that is too long', 'first: 1001', {}, 200],
  ['a cursor of another list', 'after: "x"', {}, 200],
])('the status of %s is by whether the operation ran', async (_, given, variables, status) => {
  const query = `query Page${given.includes('$') ? '($first: Int)' : ''} { financing(${given}) { totalCount } }`;
  const answered = await answer(query, variables);
  expect(answered.told).toMatchObject([['BAD_USER_INPUT', expect.any(String)]]);
  expect(answered.status).toBe(status);
});
