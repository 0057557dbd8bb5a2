import { parse, validate, specifiedRules } from 'graphql';
import { loadModel } from '../../../../src/api/model/read/loadModel';
import { createKey } from '../../../../src/api/access/keys/keys';
import { createSchema } from '../../../../src/api/resolvers/schema';
import { documentLimits } from '../../../../src/api/server/limits/documentLimits';
import { fetchJson, post, serveTest, type ServedDatabase } from '../support';

const schema = createSchema(loadModel());

function complaints(query: string): string[] {
  const document = parse(query, documentLimits.parseOptions);
  const rules = [...specifiedRules, ...documentLimits.validationRules];
  return validate(schema, document, rules).map(({ message }) => message);
}

const many = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

test('aliases, directives and repeats are limited, wherever they stand', () => {
  const inFragments = (fields: string) =>
    `{ company(id: 1) { ...f } } fragment f on Company { ${fields} }`;
  expect(complaints(inFragments(many(101, (i) => `a${String(i)}: name`)))).toEqual([
    'The document has more than 100 aliases.',
  ]);
  expect(complaints(inFragments(many(100, (i) => `a${String(i)}: name`)))).toEqual([]);
  expect(
    complaints(`{ dataVersion { ${many(51, (i) => `a${String(i)}: id @skip(if: true)`)} } }`),
  ).toEqual(['The document has more than 50 directives.']);
  expect(complaints(inFragments(many(21, () => 'name')))).toEqual([
    'A selection has name more than 20 times; once is enough.',
  ]);
  expect(complaints(`{ ${many(21, () => '...f')} } fragment f on Query { __typename }`)).toContain(
    'A selection has ...f more than 20 times; once is enough.',
  );
});

test('a document of more than 5,000 tokens is not read any further', () => {
  expect(() => parse(`{ ${many(5_000, () => 'a')} }`, documentLimits.parseOptions)).toThrow(
    'Document contains more that 5000 tokens. Parsing aborted.',
  );
});

/** What would name fields, enum values or marts to who may read the schema. */
const UNSUGGESTED = [
  ['{ financng { totalCount } }', 'Cannot query field "financng" on type "Query".'],
  [
    '{ financing(orderBy: [{field: NOPE}]) { totalCount } }',
    'orderBy[0].field is NOPE; expected one that the schema has.',
  ],
  [
    '{ financing(orderBy: [{}]) { totalCount } }',
    'orderBy[0].field is missing; expected one that the schema has.',
  ],
  [
    '{ financingGroups(by: [NOPE]) { totalCount } }',
    'by[0] is NOPE; expected one that the schema has.',
  ],
  [
    '{ financing(filter: {year: 2024}) { totalCount } }',
    'filter.year is 2024; expected an object.',
  ],
  [
    '{ financing(filter: {reportType: {eq: NOPE}}) { totalCount } }',
    'filter.reportType.eq is NOPE; expected one that the schema has.',
  ],
] as const;
const UNLISTED = [
  ['financing.csv?fields=nope', 'fields names "nope"; expected one that the schema has.'],
  ['financing.csv?filter={"nope":{}}', 'filter.nope is unknown; expected one that the schema has.'],
  ['financing.csv?filter=nope', 'filter is "nope"; expected JSON.'],
  ['financing.csv?filter={"year":2024}', 'filter.year is 2024; expected an object.'],
  [
    'financing.csv?orderBy=[{"field":"NOPE"}]',
    'orderBy[0].field is "NOPE"; expected one that the schema has.',
  ],
  ['patents.csv', 'There is no such file; expected one that the schema has.'],
  [
    'financing.csv?nope=1',
    'The parameter "nope" is unknown; expected some of fields, filter, orderBy, bom.',
  ],
] as const;

describe('the schema', () => {
  const asks = '{ __schema { queryType { name } } __type(name: "Financing") { name } }';
  const inFragment =
    '{ ... on Query { ...f } } fragment f on Query { __type(name: "Query") { name } }';
  const misspelt = '{ financng { totalCount } }';
  const served: ServedDatabase[] = [];
  const serve = async (INTROSPECTION: 'all' | 'none' | 'quality:read') => {
    const one = await serveTest({ product: true, config: { INTROSPECTION } });
    served.push(one);
    return one;
  };
  afterAll(() => Promise.all(served.map((one) => one.stop())));

  test('is told to everybody with a credential, and names that were meant are suggested', async () => {
    const open = await serve('all');
    expect((await post(open, asks)).body.data).toMatchObject({ __type: { name: 'Financing' } });
    expect((await post(open, misspelt)).body.errors?.[0]?.message).toContain(
      'Did you mean "financing"',
    );
  });

  test('is told to nobody, or by a right, where the setting says so', async () => {
    for (const rule of ['none', 'quality:read'] as const) {
      const closed = await serve(rule);
      for (const query of [asks, inFragment]) {
        const { status, body } = await post(closed, query);
        expect(status).toBe(403);
        expect(body.data ?? null).toBeNull();
        expect(body.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
      }
      const { body } = await post(closed, misspelt);
      expect(body.errors?.[0]?.message).toBe('Cannot query field "financng" on type "Query".');
      const wrong = await post(
        closed,
        '{ financing(filter: { year: { has: 1 } }) { totalCount } }',
      );
      expect(wrong.body.errors?.[0]?.message).toBe(
        'filter.year.has is unknown; expected one that the schema has.',
      );
      expect((await post(closed, '{ __typename }')).status).toBe(200);
      for (const [asked, sentence] of UNSUGGESTED) {
        const answer = await post(closed, asked);
        expect([asked, answer.body.errors?.[0]?.message]).toEqual([asked, sentence]);
      }
      for (const [path, sentence] of UNLISTED) {
        const file = await fetchJson(`${closed.url}/export/${path}`, {
          headers: { authorization: `Bearer ${closed.key}` },
        });
        expect([path, file.body.errors?.[0]?.message]).toEqual([path, sentence]);
      }
      const operator = await createKey(closed.database.knex, { name: 'o', rights: 'quality:read' });
      const answer = await post({ url: closed.url, key: operator.key }, asks);
      expect(answer.status).toBe(rule === 'none' ? 403 : 200);
    }
  });
});
