import { getOperationAST, parse } from 'graphql';
import { loadModel } from '../../src/model/loadModel';
import { createSchema } from '../../src/resolvers/schema';
import { costOf } from '../../src/server/limits/cost';
import { post, serveTest } from './support';

const schema = createSchema(loadModel());

function cost(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('The document has no operation.');
  return costOf(schema, document, operation, variables);
}

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
  expect(cost(query.slice(query.indexOf('{')))).toBe(expected);
});

test('a page size in a variable counts, and one that is none counts as the longest', () => {
  const query = 'query ($n: Int) { financing(first: $n) { nodes { id } } }';
  expect(cost(query, { n: 3 })).toBe(1 + 3 * 2);
  expect(cost(query, { n: -1 })).toBe(1);
  expect(cost(query, { n: 5_000 })).toBe(1 + 1_000 * 2);
  expect(cost(query)).toBe(1 + 100 * 2);
});

test('fragments within fragments are counted in no time', () => {
  const spreads = Array.from(
    { length: 60 },
    (_, index) =>
      `fragment f${String(index)} on Query { ...f${String(index + 1)} ...f${String(index + 1)} }`,
  );
  expect(cost(`{ ...f0 } ${spreads.join(' ')} fragment f60 on Query { __typename }`)).toBe(2 ** 60);
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
    expect(body.extensions?.['cost']).toEqual({ requested: 5, most: 5_000_000 });
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
