import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { createKey } from '../../../src/api/access/keys/keys';
import type { Right } from '../../../src/api/access/viewer';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createSchema } from '../../../src/api/resolvers/schema';
import { model } from '../../support/asking/ask';
import { createTestDatabase } from '../../support/databases/database';
import { hidden, LINES, ofNobody } from '../../support/databases/plantedEvents';
import { questions } from '../../support/asking/questions';
import { scalarsAbout } from '../../support/asking/scalarsAbout';
import { loadLines } from '../../support/databases/warehouse';
import { serveTest, type ServedDatabase } from './support';

/** `npm run fuzz` asks for more. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);
/** Longer than any answer may take, by far: no time is measured here, only its end. */
const PATIENCE = 30_000;

jest.setTimeout(180_000 + RUNS * 2_000);

const schema = createSchema(model);
const CALLERS: readonly (readonly Right[])[] = [
  ['marts:read'],
  ['marts:read', 'quality:read', 'bin:lookup', 'refresh:run', 'keys:manage'],
];

let served: ServedDatabase;
let keys: readonly string[];
beforeAll(async () => {
  const database = await createTestDatabase();
  await loadLines(database.knex, LINES);
  await refresh(database.knex, { reason: 'test' });
  const config = { MASK_BIN_FROM_YEAR: 0, RATE_LOOKUPS: 0 };
  served = await serveTest({ product: true, database, config });
  keys = await Promise.all(
    CALLERS.map(async (rights) => {
      const wish = { name: 'fuzz', rights: rights.join(',') };
      return (await createKey(database.knex, wish)).key;
    }),
  );
});
afterAll(() => served.stop());

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** Sends it, and expects what holds of every answer. */
async function expectSound({ method, path, headers, body }: Asked, caller: number): Promise<void> {
  const response = await fetch(`${served.url}${path}`, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE),
    headers: { authorization: `Bearer ${keys[caller] ?? ''}`, ...headers },
    ...(method === 'POST' && body !== undefined && { body }),
  });
  // What an open stream says is told by the tests of subscriptions.
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const text = isStream ? '' : await response.text();
  if (isStream) await response.body?.cancel();
  expect([response.status, text.slice(0, 500)]).toEqual([expect.any(Number), expect.any(String)]);
  expect(response.status).toBeLessThan(500);
  expect(text).not.toContain('INTERNAL_SERVER_ERROR');
  const all = [text, ...[...response.headers].flat()].join('\n');
  expect(hidden.findIn(all)).toEqual([]);
  expect(ofNobody.findIn(all)).toEqual([]);
  if (response.headers.get('content-type')?.includes('json') && response.status !== 304) {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  }
}

const caller = fc.nat(CALLERS.length - 1);
const posted = (query: unknown, variables?: unknown, more: object = {}): Asked => ({
  method: 'POST',
  path: '/graphql',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query, variables, ...more }),
});

const ODD = [
  ...[
    '\u0000',
    '\ud800',
    '\u202e',
    '\ufeff',
    '😀',
    'Ё',
    'ﬃ',
    'ﷺ',
    'ı',
    '\\',
    "'",
    '"',
    '%',
    '_',
    '?',
    ':a',
  ],
  ...[
    '$1',
    '--',
    '/*',
    '{',
    '}',
    '${1}',
    '\n',
    '2147483648',
    '-2147483649',
    '1e400',
    '9'.repeat(400),
  ],
  ...['NaN', 'null', 'true', '__proto__', 'constructor', '2021-13-45', '٣', '0x1f', '١٢٣', ' '],
];
const odd = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.array(fc.constantFrom(...ODD), { maxLength: 5 }).map((parts) => parts.join('')),
);
const numbers = [
  '0',
  '-1',
  '1',
  '2147483647',
  '2147483648',
  '-2147483649',
  '1e3',
  '1.5',
  '9'.repeat(40),
];
const scalars = Object.fromEntries(
  Object.entries(scalarsAbout(['777777', 'ТОО', '12', '@', 'ИТ', '1001'])).map(([name, usual]) => [
    name,
    fc.oneof(
      { weight: 6, arbitrary: usual },
      odd.map((text) => JSON.stringify(text)),
      fc.constantFrom(...numbers, 'null', '[]', '{}', 'ENUM', '""', '[[1]]'),
    ),
  ]),
);

test('whatever the schema allows, and what it does not, is answered or refused', async () => {
  const question = questions(schema, { scalars, careless: true, favoured: 'bin' });
  await fc.assert(
    fc.asyncProperty(question, fc.jsonValue(), caller, (query, cursor, of) =>
      expectSound(posted(query, { cursor }), of),
    ),
    { numRuns: RUNS },
  );
});

test('documents that were torn, doubled or strewn with odd letters are refused', async () => {
  const damage = fc.record({
    question: questions(schema, { scalars }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    instead: fc.oneof(
      odd,
      fc.constantFrom(
        '...',
        '@skip(if: true)',
        '@include(if: null)',
        '__schema { types { name } }',
        'fragment F on Query { ...F }',
        '...F',
        '{'.repeat(300),
        'a: '.repeat(50),
      ),
    ),
    twice: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(damage, caller, async ({ question, at, length, instead, twice }, of) => {
      const from = Math.floor(at * question.length);
      const kept = twice ? question.slice(from, from + length).repeat(3) : '';
      const query = question.slice(0, from) + instead + kept + question.slice(from + length);
      await expectSound(posted(query), of);
    }),
    { numRuns: RUNS },
  );
});

test('variables of any form are taken or refused', async () => {
  const mart = fc.constantFrom(...model.marts);
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
    odd,
    fc.constantFrom(null, 2 ** 31, -(2 ** 40), 1e300, [[[]]], { and: [] }, { not: { not: {} } }),
    fc.record({ year: fc.record({ eq: fc.jsonValue() }) }),
    fc.record({
      bin: fc.dictionary(fc.constantFrom('eq', 'in', 'contains', 'isNull', 'lt'), fc.jsonValue()),
    }),
    fc
      .nat(80)
      .map((levels) => JSON.parse('{"not":'.repeat(levels) + '{}' + '}'.repeat(levels)) as unknown),
  );
  const variables = fc.record(
    { filter: value, orderBy: value, first: value, after: value, by: value },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(mart, variables, caller, async ({ name, rootField }, given, of) => {
      const query = `query ($filter: ${name}Filter, $orderBy: [${name}OrderBy!], $first: Int, $after: String, $by: [${name}Dimension!] = []) {
        ${rootField}(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { totalCount nodes { id bin } pageInfo { endCursor hasPreviousPage } }
        ${rootField}Groups(by: $by, filter: $filter, first: $first, after: $after) { totalCount nodes { rows key { bin } } } }`;
      await expectSound(posted(query, given), of);
    }),
    { numRuns: RUNS },
  );
});

test('requests of any form are taken or refused', async () => {
  const text = odd.map((given) => given.replace(/[^\t\x20-\x7e\x80-\xff]/gu, ''));
  const headers = fc.dictionary(
    fc.constantFrom(
      'accept',
      'content-type',
      'x-request-id',
      'if-none-match',
      'accept-encoding',
      'content-encoding',
      'origin',
      'x-api-key',
      'cookie',
      'range',
      'x-forwarded-for',
      'cache-control',
      'apollo-require-preflight',
      'accept-language',
    ),
    fc.oneof(
      text,
      fc.constantFrom(
        'application/json',
        'text/event-stream',
        '*/*',
        'application/json; charset=utf-16',
        'multipart/form-data; boundary=x',
        'application/graphql',
        'gzip',
        'text/csv',
        '"x"',
        'W/"x", *',
      ),
    ),
    { maxKeys: 4 },
  );
  const search = fc.dictionary(
    fc.constantFrom(
      'query',
      'variables',
      'extensions',
      'operationName',
      'mart',
      'filter',
      'fields',
      'columns',
      'orderBy',
      'first',
      'format',
      'after',
    ),
    fc.oneof(
      odd,
      fc.constantFrom(
        '{dataVersion{id}}',
        '{}',
        '[]',
        '{"persistedQuery":{"version":1,"sha256Hash":"x"}}',
        'financing',
        'bin',
      ),
    ),
    { maxKeys: 4 },
  );
  const path = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        '/graphql',
        '/export',
        '/export/financing',
        '/export/financing.csv',
        '/graphql/',
      ),
    },
    fc.webPath(),
    odd.map((given) => `/${encodeURIComponent(given.toWellFormed())}`),
  );
  const body = fc.oneof(
    fc.json(),
    fc.constantFrom(
      '',
      '[]',
      '[{"query":"{dataVersion{id}}"}]',
      '{"query":',
      '{"query":["a"]}',
      'null',
      '{"query":"{dataVersion{id}}","operationName":{}}',
    ),
    fc.nat(300).map((length) => new Uint8Array(randomBytes(length))),
  );
  const asked = fc.record({
    method: fc.constantFrom('GET' as const, 'POST' as const),
    path,
    search,
    headers,
    body,
  });
  await fc.assert(
    fc.asyncProperty(asked, caller, async ({ method, path, search, headers, body }, of) => {
      const wellFormed = new URLSearchParams();
      for (const [name, value] of Object.entries(search)) {
        wellFormed.append(name, value.toWellFormed());
      }
      await expectSound({ method, path: `${path}?${wellFormed.toString()}`, headers, body }, of);
    }),
    { numRuns: RUNS },
  );
});

test('nothing of it made an internal error, and nothing planted got into the log', () => {
  expect(served.log()).not.toContain('internal error');
  expect(hidden.findIn(served.log())).toEqual([]);
  expect(ofNobody.findIn(served.log())).toEqual([]);
});
