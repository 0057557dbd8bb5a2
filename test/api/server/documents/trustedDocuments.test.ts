import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKey } from '../../../../src/api/access/keys/keys';
import { loadModel } from '../../../../src/api/model/read/loadModel';
import { createSchema } from '../../../../src/api/resolvers/schema';
import { readTrustedDocuments } from '../../../../src/api/server/documents/trustedDocuments';
import { givenPublication } from '../../../support/databases/gold';
import { fetchJson, serveTest, type ServedDatabase } from '../support';

const schema = createSchema(loadModel());
const CARD = 'query Card($id: ID!) {\n  company(id: $id) {\n    name\n  }\n}\n';
const PAIR = 'query Pages { financing(first: 1) { totalCount } }\nquery Other { __typename }\n';
const CLEAR = 'query Clear { companies(first: 3) { nodes { bin } } }';
const ASK_AGAIN = 'mutation AskAgain { refresh { id } }';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

const folders: string[] = [];
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

let served: ServedDatabase;
let bot: string;

beforeAll(async () => {
  const folder = folderWith({
    'card.graphql': CARD,
    'pair.graphql': PAIR,
    'again.graphql': ASK_AGAIN,
    'clear.graphql': CLEAR,
    'notes.txt': 'no document',
  });
  served = await serveTest({ product: true, documents: readTrustedDocuments(folder, schema) });
  const { knex } = served.database;
  await givenPublication(knex);
  await knex('silver.companies').insert({
    company_id: 9,
    name: 'ТОО «Арман»',
    tin: '080140000018',
  });
  const wish = { name: 'bot', rights: 'marts:read', trustedOnly: true };
  ({ key: bot } = await createKey(knex, wish));
});
afterAll(async () => {
  await served.stop();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const asPost = (body: unknown, key = bot) =>
  fetchJson(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify(body),
  });
const asGet = (search: Record<string, string>, key = bot, headers: Record<string, string> = {}) =>
  fetchJson(`${served.url}/graphql?${new URLSearchParams(search).toString()}`, {
    headers: { 'x-api-key': key, ...headers },
  });

const variables = { id: '9' };
const company = { company: { name: 'ТОО «Арман»' } };
const persistedQuery = { version: 1, sha256Hash: hashOf(CARD) };

test.each([
  ['its hash', { documentId: `sha256:${hashOf(CARD)}` }],
  [
    'the hash of its text without the white space around',
    { documentId: `sha256:${hashOf(CARD.trim())}` },
  ],
  ['the name of its operation', { documentId: 'Card' }],
  ['the hash of a persisted query', { extensions: { persistedQuery } }],
  ['its own text', { query: CARD }],
])('a trusted document is asked for by %s, by POST and by GET', async (_, named) => {
  expect((await asPost({ ...named, variables })).body.data).toEqual(company);
  const search = Object.fromEntries(
    Object.entries({ ...named, variables }).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  const { status, body, headers } = await asGet(search);
  expect(body.data).toEqual(company);
  // A caller keeps it, and asks whether it still holds.
  const tag = headers.get('etag') ?? '';
  expect(tag).not.toBe('');
  expect(status).toBe(200);
  expect((await asGet(search, bot, { 'if-none-match': tag })).status).toBe(304);
});

test('an answer that shows no BIN may be kept by a cache that callers share, if it is asked for by name over GET', async () => {
  const { knex } = served.database;
  const { key: reader } = await createKey(knex, { name: 'reader', rights: 'marts:read,bin:read' });
  const { key: plain } = await createKey(knex, { name: 'plain', rights: 'marts:read' });
  const named = { documentId: 'Card', variables: JSON.stringify(variables) };
  const told = async (answer: ReturnType<typeof asGet>) =>
    (await answer).headers.get('cache-control');
  // The second answer is a known one.
  for (let time = 0; time < 2; time += 1) {
    const { headers } = await asGet(named);
    expect(headers.get('cache-control')).toBe('public, no-cache');
    expect(headers.get('vary')).toContain('Authorization, X-Api-Key');
    const tag = headers.get('etag') ?? '';
    const again = asGet(named, bot, { 'if-none-match': tag });
    expect([(await again).status, await told(again)]).toEqual([304, 'public, no-cache']);

    expect(await told(asGet({ documentId: 'Clear' }, plain))).toBe('public, no-cache');
    expect(await told(asGet({ documentId: 'Clear' }, reader))).toBe('private, no-cache');
    expect(await told(asGet({ query: CARD, variables: named.variables }))).toBe(
      'private, no-cache',
    );
    expect(await told(asPost({ documentId: 'Card', variables }))).toBe('private, no-cache');
    // A lost right or key is heeded at the next asking: the cache has to ask with the caller's own.
    expect((await asGet(named, 'wrong', { 'if-none-match': tag })).status).toBe(401);
  }
});

test('of several operations in a document the name says which is meant', async () => {
  expect((await asPost({ documentId: 'Other' })).body.data).toEqual({ __typename: 'Query' });
  const byHash = { documentId: `sha256:${hashOf(PAIR)}`, operationName: 'Pages' };
  expect((await asPost(byHash)).body.data).toEqual({ financing: { totalCount: 0 } });
  expect(
    (await asPost({ ...byHash, operationName: null })).body.errors?.[0]?.extensions['code'],
  ).toBe('OPERATION_RESOLUTION_FAILURE');
});

test.each([
  ['a document of its own', { query: '{ __typename }' }],
  ['a trusted one that was changed', { query: `${CARD} ` }],
  ['an operation beside a trusted one', { query: `${CARD} query Mine { __typename }` }],
  [
    'a persisted query',
    { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf('{ __typename }') } } },
  ],
  ['the schema', { query: '{ __schema { types { name } } }' }],
  ['several at once', [{ documentId: 'Card' }]],
  ['nothing', {}],
])('a key for trusted documents alone is refused %s', async (_, asked) => {
  const { status, body } = await asPost(asked);
  expect(status).toBe(403);
  expect(body.data).toBeUndefined();
  expect(body.errors?.[0]).toMatchObject({
    extensions: { code: 'FORBIDDEN' },
    message:
      'This credential may ask trusted documents alone, by documentId: sha256:… or the name of an operation.',
  });
});

test('what another key was answered is not given to one for trusted documents alone', async () => {
  const query = '{ companies { totalCount } }';
  for (let time = 0; time < 2; time += 1) {
    expect((await asPost({ query }, served.key)).status).toBe(200);
    expect((await asPost({ query })).status).toBe(403);
  }
});

test('other keys ask trusted documents too, and whatever else they like', async () => {
  expect(
    (await asGet({ documentId: 'Card', variables: '{"id":"9"}' }, served.key)).body.data,
  ).toEqual(company);
});

test('rights and methods hold for trusted documents as for all', async () => {
  expect((await asPost({ documentId: 'AskAgain' })).body.errors?.[0]?.message).toContain(
    'refresh:run',
  );
  expect((await asGet({ documentId: 'AskAgain' })).status).toBe(405);
});

test.each([
  [{ documentId: 'Unknown' }, 404, 'NOT_FOUND'],
  [{ documentId: 'sha256:00' }, 404, 'NOT_FOUND'],
  [{ documentId: 7 }, 404, 'NOT_FOUND'],
  [{ documentId: 'Card', query: CARD }, 400, 'BAD_REQUEST'],
])('%j is answered by %i', async (asked, status, code) => {
  const answer = await asPost(asked, served.key);
  expect(answer.status).toBe(status);
  expect(answer.body.errors?.[0]?.extensions['code']).toBe(code);
});

test('automatic persisted queries are for the other keys, within their rights and limits', async () => {
  const query = 'query Mine { companies { totalCount } }';
  const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hashOf(query) } });
  const unknown = await asGet({ extensions }, served.key);
  expect(unknown.body.errors?.[0]?.extensions['code']).toBe('PERSISTED_QUERY_NOT_FOUND');
  await asGet({ query, extensions }, served.key);
  expect((await asGet({ extensions }, served.key)).body.data).toEqual({
    companies: { totalCount: 1 },
  });
  const { key } = await createKey(served.database.knex, { name: 'none', rights: 'quality:read' });
  expect((await asGet({ extensions }, key)).body.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  const costly = `{ companies(first: 1000) { nodes { reports(first: 1000) { nodes { id year reportType companyId companyName } } } } }`;
  const persisted = { persistedQuery: { version: 1, sha256Hash: hashOf(costly) } };
  const refused = await asPost({ query: costly, extensions: persisted }, served.key);
  expect(refused.body.errors?.[0]?.message).toContain('could hold');
});

const ODD = '{ __typename }';
test.each([
  ['another hash', { version: 1, sha256Hash: hashOf('{ other }') }],
  ['no hash', { version: 1 }],
  ['a short hash', { version: 1, sha256Hash: 'abc' }],
  ['another version', { version: 2, sha256Hash: hashOf(ODD) }],
  ['a text', 'abc'],
])(
  'a persisted query with %s is a mistake of the caller, and no failure',
  async (_, persistedQuery) => {
    const asked = { query: ODD, extensions: { persistedQuery } };
    const answers = [
      await asPost(asked, served.key),
      await asGet({ query: ODD, extensions: JSON.stringify({ persistedQuery }) }, served.key),
    ];
    for (const { status, body } of answers) {
      expect([status, body.errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT']);
      expect(body.errors?.[0]?.message).toMatch(/^extensions\.persistedQuery.*; expected /);
    }
  },
);

test('all documents that cannot be asked are named at once', () => {
  const folder = folderWith({
    'a.graphql': '{ __typename }',
    'b.graphql': 'query B { nothing }',
    'c.graphql': 'query C {',
    'd.graphql': 'query D { __typename }',
    'e.graphql': 'query D { dataVersion { id } }',
  });
  let message = '';
  try {
    readTrustedDocuments(folder, schema);
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain('a.graphql: It has no named operation');
  expect(message).toContain('b.graphql: Cannot query field "nothing" on type "Query".');
  expect(message).toContain('c.graphql: Syntax Error');
  expect(message).toContain('e.graphql has the operation D, which another document has too.');
  expect(() => readTrustedDocuments(join(folder, 'none'), schema)).toThrow(
    'expected a folder that can be read',
  );
});
