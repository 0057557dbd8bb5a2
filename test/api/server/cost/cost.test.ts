import { getOperationAST, parse, validate, type OperationDefinitionNode } from 'graphql';
import type { Right, Viewer } from '../../../../src/api/access/viewer';
import { loadModel } from '../../../../src/api/model/read/loadModel';
import { createSchema } from '../../../../src/api/resolvers/schema';
import { KnownTableSizes } from '../../../../src/api/server/cost/tableSizes';
import { Pricing } from '../../../../src/api/server/cost/price';
import type { Price } from '../../../../src/api/server/cost/priceReading';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { createTestDatabase } from '../../../support/databases/database';
import { post, publishVersion, serveTest, until } from '../support';

const model = loadModel();
const schema = createSchema(model);
/** As many rows as January 2026 has, in round numbers. */
const ROWS = 30_000;
const MAX_COST = 5_000_000;

function price(
  query: string,
  variables: Record<string, unknown> = {},
  { viewer = null, rows = ROWS }: { viewer?: Viewer | null; rows?: number } = {},
): Price {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('The document has no operation.');
  const pricing = new Pricing({ schema, model, sizes: () => rows, withholds: false });
  return pricing.of(document, operation, variables, viewer);
}
const values = (query: string, variables?: Record<string, unknown>) =>
  price(query, variables).values;
const cost = (query: string, variables?: Record<string, unknown>) => price(query, variables).cost;

test.each([
  ['{ financing(first: 10) { nodes { id loanFunds } } }', 1 + 10 * 3],
  ['a page without a size: { financing { nodes { id } } }', 1 + 100 * 2],
  ['{ financing(last: 2) { edges { cursor node { id } } totalCount } }', 1 + 2 * 5],
  ['{ companies(first: 5) { nodes { financing(first: 7) { nodes { id } } } } }', 1 + 5 * (2 + 14)],
  ['{ financing(first: 3) { nodes { company { id } } } }', 1 + 3 * 3],
  [
    '{ a: financing(first: 1) { nodes { id } } b: financing(first: 1) { nodes { id } } }',
    2 * (1 + 2),
  ],
  [
    '{ financing(first: 4) { nodes { ...f ... on ReportRow { year } } } } fragment f on Financing { id loanFunds }',
    1 + 4 * 4,
  ],
  ['{ financing(first: 4) { nodes { id year @skip(if: true) } } }', 1 + 4 * 2],
  ['{ financingGroups(by: [YEAR], first: 6) { nodes { key { year } } } }', 1 + 6 * 3],
])('%s', (query, expected) => {
  expect(values(query.slice(query.indexOf('{')))).toBe(expected);
});

test('a page size in a variable counts, and one that is none counts as the longest', () => {
  const query = 'query ($n: Int) { financing(first: $n) { nodes { id } } }';
  expect(values(query, { n: 3 })).toBe(1 + 3 * 2);
  expect(values(query, { n: -1 })).toBe(1);
  expect(values(query, { n: 5_000 })).toBe(1 + 1_000 * 2);
  expect(values(query)).toBe(1 + 100 * 2);
});

test('fragments within fragments are counted in no time', () => {
  const spreads = Array.from(
    { length: 60 },
    (_, index) =>
      `fragment f${String(index)} on Query { ...f${String(index + 1)} ...f${String(index + 1)} }`,
  );
  expect(values(`{ ...f0 } ${spreads.join(' ')} fragment f60 on Query { __typename }`)).toBe(1);
  const below = Array.from({ length: 60 }, (_, index) => {
    const next = `financing(first: 1) { nodes { company { ...f${String(index + 1)} } } }`;
    return `fragment f${String(index)} on Company { a: ${next} b: ${next} }`;
  });
  const many = values(
    `{ company(id: 1) { ...f0 } } ${below.join(' ')} fragment f60 on Company { id }`,
  );
  expect(many).toBeGreaterThan(2 ** 60);
});

const each = (times: number, text: (n: number) => string) =>
  Array.from({ length: times }, (_, n) => text(n)).join(', ');
const texts = (times: number) => each(times, (n) => `{companyName: {contains: "x${String(n)}"}}`);

test.each([
  [
    'hundreds of texts',
    `{ financing(filter: {or: [${texts(499)}]}, first: 1) { totalCount } }`,
    'the same as a variable',
    'query ($f: FinancingFilter) { financing(filter: $f, first: 1) { totalCount } }',
  ],
  [
    'hundreds of texts of linked rows',
    `{ companies(filter: {or: [${each(400, (n) => `{financing: {some: {companyName: {contains: "x${String(n)}"}}}}`)}]}, first: 1) { nodes { id } } }`,
    'the same as a variable',
    'query ($f: CompanyFilter) { companies(filter: $f, first: 1) { nodes { id } } }',
  ],
])('%s cost more than a request may, and so do %s', (name, query, _, withVariable) => {
  expect(cost(query)).toBeGreaterThan(MAX_COST);
  const or = Array.from({ length: 499 }, (_each, n) => {
    const companyName = { contains: `x${String(n)}` };
    return name.includes('linked') ? { financing: { some: { companyName } } } : { companyName };
  });
  expect(cost(withVariable, { f: { or } })).toBeGreaterThan(MAX_COST);
});

test('the questions that people ask of a month cost a small part of what a request may', () => {
  for (const query of [
    `{ dataQuality { marts { mart rows binMissing certificate { report participant serviceRequest missing } } }
       generalIndicatorsGroups(by: []) { nodes { companies } } participants { totalCount }
       masked: generalIndicators(filter: {year: {gte: 2021}, bin: {startsWith: "777777"}}) { totalCount } }`,
    '{ financingGroups(by: [YEAR, CERTIFICATE, REPORT_TYPE], first: 1000) { totalCount nodes { companies total { loanFunds } sum { loanFunds } previous { loanFunds } share { loanFunds } } } }',
    '{ financing(first: 1000, orderBy: [{field: COMPANY_NAME}], filter: {companyName: {contains: "а"}}) { totalCount nodes { id year bin companyName certificate { number } company { name } } } }',
    '{ companies(first: 100) { nodes { name financing { nodes { id year loanFunds } } employees { nodes { id year } } } } }',
  ]) {
    expect(cost(query)).toBeLessThan(MAX_COST / 4);
  }
});

const financing = (args: string, below = 'nodes { id }') => `{ financing(${args}) { ${below} } }`;
const groups = (args: string, below: string) =>
  `{ financingGroups(${args}) { nodes { ${below} } } }`;

test.each([
  ['a filter', financing('first: 9'), financing('first: 9, filter: {loanFunds: {gt: "1"}}')],
  [
    'another comparison',
    financing('first: 9, filter: {loanFunds: {gt: "1"}}'),
    financing('first: 9, filter: {loanFunds: {gt: "1", lt: "9"}}'),
  ],
  [
    'a text that is looked for',
    financing('first: 9, filter: {companyName: {eq: "x"}}'),
    financing('first: 9, filter: {companyName: {contains: "x"}}'),
  ],
  [
    'a longer list',
    financing('first: 9, filter: {companyId: {in: [1, 2]}}'),
    financing(`first: 9, filter: {companyId: {in: [${each(50, String)}]}}`),
  ],
  ['the number of all', financing('first: 9'), financing('first: 9', 'nodes { id } totalCount')],
  ['another order', financing('first: 9'), financing('first: 9, orderBy: [{field: LOAN_FUNDS}]')],
  ['a longer page', financing('first: 9'), financing('first: 99')],
  [
    'a filter of certificates',
    financing('first: 9, filter: {certificateNumber: {eq: "1"}}'),
    financing('first: 9, filter: {certificate: {number: {eq: "1"}}}'),
  ],
  [
    'groups that no rollup has',
    groups('by: [YEAR]', 'sum { loanFunds }'),
    groups('by: [YEAR]', 'max { loanFunds }'),
  ],
  [
    'groups of filtered rows',
    groups('by: [YEAR], filter: {year: {gte: 2021}}', 'sum { loanFunds }'),
    groups('by: [YEAR], filter: {loanFunds: {gt: "1"}}', 'sum { loanFunds }'),
  ],
  [
    'groups in another order',
    groups('by: [COMPANY_NAME]', 'rows'),
    groups('by: [COMPANY_NAME], orderBy: [{total: LOAN_FUNDS}]', 'rows'),
  ],
  [
    'a statement below',
    '{ companies(first: 9) { nodes { id } } }',
    '{ companies(first: 9) { nodes { id financing(first: 1) { nodes { id } } } } }',
  ],
  [
    'the quality of all',
    '{ dataQuality { marts(mart: "exports") { rows } } }',
    '{ dataQuality { marts { rows } } }',
  ],
])('%s costs more', (_, less, more) => {
  expect(cost(more)).toBeGreaterThan(cost(less));
});

test.each([
  [
    'a change of a key',
    'mutation { a: revokeKey(id: 1) { id } }',
    'mutation { a: revokeKey(id: 1) { id } b: revokeKey(id: 2) { id } }',
    2_000,
  ],
  [
    'the number of entries of the ledger',
    '{ ledger { nodes { id } } }',
    '{ ledger { nodes { id } totalCount } }',
    ROWS / 5,
  ],
  [
    'a part of the ledger',
    '{ ledger { nodes { id } } }',
    '{ ledger(caller: "x") { nodes { id } } }',
    ROWS / 5,
  ],
  ['the number of keys', '{ keys { nodes { id } } }', '{ keys { nodes { id } totalCount } }', 700],
  [
    'why values are missing',
    financing('first: 9'),
    financing('first: 9', 'nodes { id missing { field } }'),
    700,
  ],
])('%s is paid for', (_, less, more, least) => {
  expect(cost(more) - cost(less)).toBeGreaterThanOrEqual(least);
});

test('what reads all rows costs by how many there are, and what an index or a rollup answers does not', () => {
  const grows = (query: string) =>
    price(query, {}, { rows: 300_000 }).cost / price(query, {}, { rows: 30_000 }).cost;
  for (const query of [
    financing('first: 9, filter: {loanFunds: {gt: "1"}}'),
    financing('first: 9', 'totalCount'),
    groups('by: [COMPANY_NAME]', 'companies'),
    '{ companySearch(text: "x") { nodes { name } } }',
    '{ dataQuality { defectCount } }',
  ]) {
    expect(grows(query)).toBeGreaterThan(5);
  }
  for (const query of [financing('first: 9'), groups('by: [YEAR]', 'total { loanFunds }')]) {
    expect(grows(query)).toBe(1);
  }
});

const linkedTexts = each(
  100,
  (n) => `{financing: {some: {companyName: {contains: "x${String(n)}"}}}}`,
);
const dear = `participations(first: 1, filter: {or: [${linkedTexts}]}) { nodes { id } }`;
const spreads = (times: number) =>
  each(times, (n) => `a${String(n)}: companies(first: 1) { nodes { ...F } }`);

test.each([
  ['a fragment', `fragment F on Company { ${dear} }`],
  [
    'a fragment that spreads one',
    `fragment F on Company { ...G } fragment G on Company { ${dear} }`,
  ],
])(
  'what is read once for the rows of a page costs again wherever %s with it is spread',
  (_, fragments) => {
    const asked = (times: number) => cost(`{ ${spreads(times)} } ${fragments}`);
    for (const times of [1, 2, 20]) {
      const inlined = spreads(times).replaceAll('...F', dear);
      expect(asked(times)).toBe(cost(`{ ${inlined} }`));
    }
    expect(asked(20)).toBeGreaterThan(MAX_COST);
  },
);

const year = 'by: [YEAR]';
const measures = 'loanFunds foreignLoanFunds';
test.each([
  [
    'groups',
    `a: financingGroups(${year}) { totalCount suppressedGroups nodes { total { ${measures} } previous { loanFunds } share { loanFunds } } }`,
    [
      'totalCount',
      'suppressedGroups',
      `nodes { total { ${measures} } }`,
      'nodes { previous { loanFunds } }',
      'nodes { share { loanFunds } }',
    ]
      .map((part) => `a: financingGroups(${year}) { ${part} }`)
      .join(' '),
  ],
  [
    'a page',
    'companies(first: 9) { totalCount nodes { id name financing(first: 2) { totalCount nodes { id } } } }',
    'companies(first: 9) { totalCount } companies(first: 9) { nodes { id financing(first: 2) { totalCount } } } companies(first: 9) { nodes { name financing(first: 2) { nodes { id } } } }',
  ],
])('what is read once costs once, and as much in parts as at once: %s', (_, whole, parts) => {
  expect(price(`{ ${parts} }`)).toEqual(price(`{ ${whole} }`));
});

test('a document each of whose paths leads to other nodes is refused, and not priced for ever', () => {
  const levels = 18;
  const hop = (name: string, ...fragments: string[]) =>
    `${name}: financing(first: 1) { nodes { company { id ${fragments.map((each) => `...${each}`).join(' ')} } } }`;
  // Which of them are spread at the end tells for each level whether it was passed by `a`.
  const fragments = Array.from({ length: levels }, (_, level) => {
    const next = String(level + 1);
    const all = `fragment All${String(level)} on Company { ${hop('a', `All${next}`, `A${next}x${next}`)} ${hop('b', `All${next}`)} }`;
    const marks = Array.from({ length: level }, (_each, since) => {
      const mark = `x${String(since + 1)}`;
      return `fragment A${String(level)}${mark} on Company { ${hop('a', `A${next}${mark}`)} ${hop('b', `A${next}${mark}`)} }`;
    });
    return [all, ...marks].join(' ');
  });
  const last = String(levels);
  const ends = Array.from({ length: levels }, (_, since) => `A${last}x${String(since + 1)}`);
  const closing = [`All${last}`, ...ends].map((name) => `fragment ${name} on Company { id }`);
  const query = `{ company(id: 1) { ...All0 } } ${[...fragments, ...closing].join(' ')}`;
  expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([]);
  expect(cost(query)).toBeGreaterThan(MAX_COST);
  expect(values(query)).toBeGreaterThanOrEqual(Number.MAX_SAFE_INTEGER);
});

test('groups that are kept from small groups cost what is read to judge them, rollup or not', () => {
  const of = (query: string, rights: Right[], rows = ROWS) => {
    const document = parse(query);
    const [operation] = document.definitions as [OperationDefinitionNode];
    const viewer = { keyId: '1', name: 'somebody', rights: new Set(rights) };
    const pricing = new Pricing({ schema, model, sizes: () => rows, withholds: true });
    return pricing.of(document, operation, {}, viewer).cost;
  };
  const query = groups('by: [YEAR]', 'total { loanFunds }');
  expect(of(query, ['bin:read'], 10 * ROWS)).toBe(of(query, ['bin:read']));
  expect(of(query, [], 10 * ROWS)).toBeGreaterThan(5 * of(query, []));
});

test('counts of all years together come from rows where the caller sees some years alone', () => {
  const query = groups('by: []', 'companies');
  const viewer: Viewer = {
    keyId: '1',
    name: 'confined',
    rights: new Set(['marts:read']),
    scope: { years: [[2024, 2024]] },
  };
  expect(price(query, {}, { viewer }).cost).toBeGreaterThan(5 * cost(query));
});

test('rollups answer nobody who is confined to companies, so that groups cost such a caller more', () => {
  const query = groups('by: [YEAR]', 'total { loanFunds }');
  const confined: Viewer = {
    keyId: '1',
    name: 'confined',
    rights: new Set(['marts:read']),
    scope: { companies: [9] },
  };
  expect(price(query, {}, { viewer: confined }).cost).toBeGreaterThan(5 * cost(query));
});

test('a document that is known costs each caller what is done for that caller', () => {
  const document = parse(groups('by: [YEAR]', 'total { loanFunds }'));
  const [operation] = document.definitions as [OperationDefinitionNode];
  const pricing = new Pricing({ schema, model, sizes: () => ROWS, withholds: true });
  const known = pricing.ofDocument(document, operation);
  const callers: Viewer[] = [[], [9]].flatMap((companies) =>
    [['marts:read'], ['marts:read', 'bin:read']].map((rights) => ({
      keyId: '1',
      name: 'somebody',
      rights: new Set(rights as Right[]),
      scope: companies.length > 0 ? { companies } : undefined,
    })),
  );
  const asked = callers.map((viewer) => known({}, viewer).cost);
  expect(asked).toEqual(callers.map((viewer) => pricing.of(document, operation, {}, viewer).cost));
  expect(new Set(asked).size).toBe(callers.length);
  // The same for the next of their kind.
  expect(callers.map((viewer) => known({}, { ...viewer, keyId: '2' }).cost)).toEqual(asked);
});

test('how many rows there are is known in round numbers', async () => {
  const database = await createTestDatabase();
  try {
    await givenPublication(database.knex);
    const rows = Array.from({ length: 2_345 }, (_, index) => ({
      report_id: index + 1,
      year: 2024,
    }));
    await givenRows(database.knex, 'gold.financing', rows);
    await database.knex.raw('analyze gold.financing');
    const sizes = new KnownTableSizes(database.knex, model);
    expect(sizes.of('gold.financing')).toBe(1_000);
    await sizes.lookAnew();
    expect(sizes.of('gold.financing')).toBe(3_000);
    await givenRows(database.knex, 'gold.employees', rows);
    await database.knex.raw('analyze gold.employees');
    await sizes.lookAnew();
    expect(sizes.of('gold.employees')).toBe(3_000);
    expect(sizes.of('gold.exports')).toBe(1_000);
  } finally {
    await database.drop();
  }
});

test('a server learns of a publication that there are more rows, and what reads them costs more', async () => {
  const database = await createTestDatabase();
  await givenPublication(database.knex);
  // An answer that is kept costs what it did when it was read.
  const config = { ANSWER_CACHE_BYTES: 0 };
  const served = await serveTest({ product: true, database, config });
  const costNow = async () => {
    const { body } = await post(served, '{ financing { totalCount } }');
    return (body.extensions?.['cost'] as { requested: number }).requested;
  };
  try {
    const before = await costNow();
    const rows = Array.from({ length: 5_000 }, (_, index) => ({
      report_id: index + 1,
      year: 2024,
    }));
    await givenRows(database.knex, 'gold.financing', rows);
    await database.knex.raw('analyze gold.financing');
    await publishVersion(database);
    await until(async () => (await costNow()) > before);
  } finally {
    await served.stop();
  }
});

test('an answer says what it could cost, and one that could cost too much is not begun', async () => {
  const served = await serveTest({
    typeDefs: `
      type Query { rows(first: Int): RowConnection }
      type RowConnection { nodes: [Row] }
      type Row { id: ID rows(first: Int): RowConnection }`,
    resolvers: { Query: { rows: () => ({ nodes: [{ id: 1 }] }) } },
  });
  try {
    const { body } = await post(served, '{ rows(first: 2) { nodes { id } } }');
    expect(body.data).toEqual({ rows: { nodes: [{ id: '1' }] } });
    expect(body.extensions?.['cost']).toEqual({ requested: 3_005, most: 5_000_000 });
    const page = (below: string) => `rows(first: 1000) { nodes { ${below} } }`;
    const refused = await post(served, `{ ${page(page(page('id')))} }`);
    expect(refused.body.data).toBeUndefined();
    expect(refused.body.errors).toEqual([
      {
        message:
          'The answer could hold 2002002001 values; expected at most 5000000: ask for shorter pages (first), fewer fields or fewer levels.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  } finally {
    await served.stop();
  }
});
