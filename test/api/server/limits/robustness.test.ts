import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parse } from 'graphql';
import { beyondBounds } from '../../../../src/api/server/limits/extent';
import { documentNesting } from '../../../../src/api/server/limits/nesting';
import { textBeyondBounds } from '../../../../src/api/server/limits/textExtent';
import {
  fetchJson,
  publishVersion,
  serveTest,
  until,
  type Answer,
  type ServedDatabase,
} from '../support';

let served: ServedDatabase;
let version: string;
beforeAll(async () => {
  served = await serveTest({
    typeDefs: `input F { not: F, or: [F!] }
      type Query { one(f: F, l: [[Int]], text: String): Int, self: Query }
      type Mutation { act: Int }
      type Subscription { tick: Int }`,
    resolvers: { Query: { one: () => 1, self: () => ({}) } },
  });
  version = await publishVersion(served.database);
  await until(async () => (await post('{"query":7}')).body.extensions !== undefined);
});
afterAll(() => served.stop());

const post = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
  fetchJson(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': served.key, ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
const query = (text: string): Promise<Answer> => post(JSON.stringify({ query: text }));
const get = (search: string): Promise<Answer> =>
  fetchJson(`${served.url}/graphql?${search}`, { headers: { 'x-api-key': served.key } });

const shownVersion = () => ({ dataVersion: { id: version, publishedAt: expect.any(String) } });
const nested = (open: string, levels: number, inmost: string, close: string) =>
  open.repeat(levels) + inmost + close.repeat(levels);

test.each([51, 1_000, 10_000, 40_000])(
  'variables nested %d deep are refused by name',
  async (levels) => {
    const filter = nested('{"not":', levels, '{}', '}');
    const document = 'query ($f: F) { one(f: $f) }';
    const expected = {
      status: 400,
      body: {
        errors: [
          {
            message:
              'The request nests lists and objects more than 50 deep; expected values as the schema has them.',
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
        extensions: shownVersion(),
      },
    };
    expect(
      await post(`{"query":${JSON.stringify(document)},"variables":{"f":${filter}}}`),
    ).toMatchObject(expected);
    // More does not fit into an address.
    if (levels > 51) return;
    const variables = encodeURIComponent(`{"f":${filter}}`);
    expect(await get(`query=${encodeURIComponent(document)}&variables=${variables}`)).toMatchObject(
      expected,
    );
  },
);

const TOO_MANY = {
  containers:
    'The request has more than 2000 lists and objects, variables included; expected at most so many.',
  values:
    'The request has more than 20000 values in its lists and objects, variables included; expected at most so many.',
};
const many = (item: string, times: number) => `[${Array<string>(times).fill(item).join(',')}]`;
const FILTER = 'query ($f: F) { one(f: $f) }';
const LISTS = 'query ($l: [[Int]]) { one(l: $l) }';

test.each([
  ['300,000 empty filters', FILTER, `{"f":{"or":${many('{}', 300_000)}}}`, TOO_MANY.containers],
  ['2,000 empty filters', FILTER, `{"f":{"or":${many('{}', 2_000)}}}`, TOO_MANY.containers],
  ['30,000 numbers', LISTS, `{"l":[${many('1', 30_000)}]}`, TOO_MANY.values],
  ['many variables', '{ one }', JSON.stringify({ ...Array(30_000).fill(0) }), TOO_MANY.values],
])('a body with %s is refused with the limit', async (_, document, variables, message) => {
  const answer = await post(`{"query":${JSON.stringify(document)},"variables":${variables}}`);
  expect(answer).toMatchObject({
    status: 400,
    body: { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] },
  });
  expect(answer.body.errors).toHaveLength(1);
});

test.each([
  ['lists and objects', many('{}', 300_000), TOO_MANY.containers],
  ['values', many('1', 400_000), TOO_MANY.values],
])('a body with too many %s is refused before it is parsed', async (_, list, message) => {
  for (const broken of ['}}}}', '', '\u0001', '"\\']) {
    const answer = await post(`{"variables":{"f":${list}},"query":"{ one }"${broken}`);
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] },
    });
  }
  const search = list.slice(0, 7_000);
  // An address has no room for so many values.
  if (message === TOO_MANY.values) return;
  for (const name of ['variables', 'extensions']) {
    expect((await get(`query={__typename}&${name}=${search}`)).body.errors).toMatchObject([
      { message },
    ]);
  }
});

test('brackets and commas in texts are no values', async () => {
  const text = '[{,"\\'.repeat(5_000);
  const document = 'query ($t: String) { one(text: $t) }';
  const answer = await post(JSON.stringify({ query: document, variables: { t: text } }));
  expect(answer.body.data).toEqual({ one: 1 });
});

test('so is what stands beside the variables, a list of requests and a request by GET', async () => {
  const { containers } = TOO_MANY;
  for (const body of [
    `{"query":"{ one }","extensions":{"a":${many('{}', 3_000)}}}`,
    `{"query":"{ one }","operationName":${many('[]', 3_000)}}`,
    many('{"query":"{ one }"}', 3_000),
  ]) {
    expect((await post(body)).body.errors).toMatchObject([{ message: containers }]);
  }
  const search = `query=${encodeURIComponent(FILTER)}&variables={"f":{"or":${many('{}', 3_000)}}}`;
  expect((await get(search)).body.errors).toMatchObject([{ message: containers }]);
});

test('lists as long as a filter may have them are taken', async () => {
  const variables = { l: Array.from({ length: 9 }, () => Array<number>(1_000).fill(1)) };
  expect((await post(JSON.stringify({ query: LISTS, variables }))).body.data).toEqual({ one: 1 });
  const f = { or: Array<object>(1_900).fill({}) };
  expect((await post(JSON.stringify({ query: FILTER, variables: { f } }))).body.data).toEqual({
    one: 1,
  });
});

test('variables that nest as a filter may are taken', async () => {
  const f = JSON.parse(nested('{"or":[', 20, '{}', ']}')) as object;
  const body = { query: 'query ($f: F) { one(f: $f) }', variables: { f } };
  expect(await post(JSON.stringify(body))).toMatchObject({
    status: 200,
    body: { data: { one: 1 } },
  });
});

test.each([
  ['lists', nested('{ one(l: ', 1, nested('[', 4_000, '', ']'), ') }')],
  ['objects', `{ one(f: ${nested('{not:', 1_200, '{}', '}')}) }`],
  ['objects without an end', `{ one(f: ${'{not:'.repeat(1_600)}`],
  ['selections', `{ ${nested('self{', 1_200, 'one', '}')} }`],
  ['types', `query ($l: ${nested('[', 2_000, 'Int', ']')}) { one(l: $l) }`],
  ['a megabyte of brackets', '['.repeat(1_000_000)],
])('a document with %s nested too deep is refused with a sentence', async (_, document) => {
  expect(await query(document)).toMatchObject({
    status: 400,
    body: {
      errors: [
        {
          message: 'The document nests brackets more than 100 deep, the most that is read.',
          extensions: { code: 'GRAPHQL_PARSE_FAILED' },
        },
      ],
      extensions: shownVersion(),
    },
  });
});

test('brackets in texts and comments nest nothing', async () => {
  const brackets = '[{('.repeat(200);
  expect(documentNesting(`# ${brackets}\n{ one(text: "${brackets}\\"${brackets}") }`)).toBe(2);
  expect(documentNesting(`{ one(text: """${brackets}\\"""${brackets}""") }`)).toBe(2);
  expect((await query(`# ${brackets}\n{ one(text: "${brackets}") }`)).body.data).toEqual({
    one: 1,
  });
});

test('the nesting of any document that can be parsed is that of its brackets', () => {
  const text = fc.string({ maxLength: 20 }).map((value) => JSON.stringify(value));
  const value = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(' ')}]`),
      tie('value').map((inner) => `{a: ${inner}}`),
    ),
  })).value;
  const depthOf = (node: unknown): number => {
    if (typeof node !== 'object' || node === null) return 0;
    const { kind } = node as { kind?: string };
    const below = Object.entries(node)
      .filter(([name]) => name !== 'loc')
      .map(([, child]) =>
        Array.isArray(child) ? Math.max(0, ...child.map(depthOf)) : depthOf(child),
      );
    const own = kind === 'ListValue' || kind === 'ObjectValue' ? 1 : 0;
    return own + Math.max(0, ...below);
  };
  fc.assert(
    fc.property(value, (literal) => {
      const document = `{ a(b: ${literal}) }`;
      expect(documentNesting(document)).toBe(2 + depthOf(parse(document)));
    }),
  );
});

test('any JSON value, and any text of it, is within bounds exactly where its depth, its containers and its values are', () => {
  const below = (value: unknown): unknown[] =>
    typeof value === 'object' && value !== null ? Object.values(value) : [];
  const isContainer = (value: unknown) => typeof value === 'object' && value !== null;
  const depthOf = (value: unknown): number =>
    isContainer(value) ? 1 + Math.max(0, ...below(value).map(depthOf)) : 0;
  const containersOf = (value: unknown): number =>
    isContainer(value) ? below(value).reduce<number>((n, each) => n + containersOf(each), 1) : 0;
  const valuesOf = (value: unknown): number =>
    below(value).reduce<number>((n, each) => n + 1 + valuesOf(each), 0);
  const most = fc.record({ depth: fc.nat(8), containers: fc.nat(8), values: fc.nat(12) });
  // What stands around the ends of long texts is what ends them, or seems to.
  const longText = fc
    .array(fc.tuple(fc.nat(130), fc.stringMatching(/^["\\,[]{0,4}$/)), { maxLength: 4 })
    .map((parts) => parts.map(([length, end]) => 'a'.repeat(length) + end).join(''));
  const values = fc.oneof(fc.jsonValue(), fc.array(longText), fc.dictionary(longText, longText));
  fc.assert(
    fc.property(values, most, (value, bounds) => {
      const real = {
        depth: depthOf(value),
        containers: containersOf(value),
        values: valuesOf(value),
      };
      const texts = [JSON.stringify(value), JSON.stringify(value, null, '\t')].map((text) =>
        Buffer.from(text),
      );
      for (const beyond of [
        beyondBounds(value, bounds),
        ...texts.map((text) => textBeyondBounds(text, bounds)),
      ]) {
        if (beyond) expect(real[beyond]).toBeGreaterThan(bounds[beyond]);
        else {
          expect(real.depth).toBeLessThanOrEqual(bounds.depth);
          expect(real.containers).toBeLessThanOrEqual(bounds.containers);
          expect(real.values).toBeLessThanOrEqual(bounds.values);
        }
      }
    }),
  );
});

test('a body that is compressed, of another charset or no UTF-8 is refused', async () => {
  const body = '{"query":"{ one }"}';
  const zipped = await post(gzipSync(body), { 'content-encoding': 'gzip' });
  expect(zipped).toMatchObject({
    status: 415,
    body: {
      errors: [
        {
          message:
            'The body has the encoding "gzip"; expected one without: bodies are read as they are, up to their limit.',
          extensions: { code: 'BAD_REQUEST' },
        },
      ],
    },
  });
  expect(zipped.headers.get('accept-encoding')).toBe('identity');
  expect(await post(body, { 'content-encoding': 'identity' })).toMatchObject({ status: 200 });
  const charset = (name: string) =>
    post(body, { 'content-type': `application/json; charset=${name}` });
  expect(await charset('"UTF-8"')).toMatchObject({ status: 200 });
  expect(await charset('windows-1251')).toMatchObject({
    status: 415,
    body: {
      errors: [
        {
          message:
            'The body claims the charset "windows-1251"; expected utf-8, in which JSON is written.',
        },
      ],
    },
  });
  const latin = await post(Buffer.from('{"query":"{ one(text: \\"\xe9\\") }"}', 'latin1'));
  expect(latin).toMatchObject({
    status: 400,
    body: { errors: [{ message: 'The body is not valid UTF-8, in which JSON is written.' }] },
  });
});

test('a subscription by plain POST is told where it is answered', async () => {
  expect(await query('subscription { tick }')).toMatchObject({
    status: 400,
    body: {
      errors: [
        {
          message:
            'A subscription is answered as a stream: ask for it over WebSocket (graphql-transport-ws) at /graphql, or with the header "Accept: text/event-stream".',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    },
  });
});

test('every refusal names the data version, but to who has no credential', async () => {
  for (const refused of [
    await post('{"query":'),
    await post('{"query":7}'),
    await post('[]'),
    await post('x', { 'content-type': 'text/plain' }),
    await get(`query=${encodeURIComponent('mutation { act }')}`),
    await get('query=%7Bone%7D&variables=nonsense'),
    await post(JSON.stringify({ query: ' '.repeat(1 << 20) })),
  ]) {
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.body.extensions).toEqual(shownVersion());
    expect(refused.headers.get('x-request-id')).toMatch(/./);
  }
  const unknown = await post('{"query":', { 'x-api-key': 'nobody' });
  expect(unknown).toMatchObject({ status: 401 });
  expect(unknown.body.extensions).toBeUndefined();
});
