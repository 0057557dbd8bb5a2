import { createKey } from '../../../../src/api/access/keys/keys';
import type { Right } from '../../../../src/api/access/viewer';
import type { Request } from '../../../../src/api/resolvers/request/request';
import { answerError } from '../../../../src/api/resolvers/request/errors';
import { SAFE_HEADERS } from '../../../../src/api/server/http/safeHeaders';
import { holdClock, type HeldClock } from '../../../support/clock';
import { fetchJson, post, publishVersion, serveTest, until, type ServedDatabase } from '../support';

let executions = 0;
let goOn: () => void = () => undefined;
const typeDefs = `
  type Query {
    one: Int
    long: String
    slow: Int
    mayReadBins: Boolean
    lookedUp: Int
    failing: Int
    dataVersion: DataVersion
  }
  type Mutation { act: Int }
  type DataVersion { lagSeconds: Float }`;
const counted = (value: unknown) => () => {
  executions += 1;
  return value;
};
const resolvers = {
  Query: {
    one: counted(1),
    long: counted('Қазақстан '.repeat(1_000)),
    slow: async () => {
      executions += 1;
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      return 1;
    },
    mayReadBins: (_: unknown, __: unknown, { viewer }: Request) => {
      executions += 1;
      return viewer?.rights.has('bin:read');
    },
    lookedUp: (_: unknown, __: unknown, { viewer, countLookup }: Request) => {
      executions += 1;
      if (viewer) countLookup(viewer);
      return 1;
    },
    failing: () => {
      executions += 1;
      throw answerError('NOT_FOUND', 'There is no such thing.');
    },
    dataVersion: counted({ lagSeconds: 1 }),
  },
  Mutation: { act: counted(1) },
};

let served: ServedDatabase;
let clock: HeldClock;
beforeAll(async () => {
  // Nothing is forgotten because time passes, and all is within one minute of the budgets.
  clock = holdClock();
  served = await serveTest({
    typeDefs,
    resolvers,
    config: { RATE_LOOKUPS: 3, RATE_COST: 10_000_000 },
  });
  await publishVersion(served.database);
});
afterAll(async () => {
  await served.stop();
  clock.release();
});
beforeEach(async () => {
  const published = await publishVersion(served.database);
  await until(async () => (await newestKnown()) === published);
  executions = 0;
});

/** The version that the server has heard of, as a refusal names it. */
async function newestKnown(): Promise<unknown> {
  const headers = { authorization: `Bearer ${served.key}`, 'content-type': 'text/plain' };
  const { body } = await fetchJson(`${served.url}/graphql`, { method: 'POST', headers, body: 'x' });
  return (body.extensions?.['dataVersion'] as { id: string }).id;
}

const ask = (query: string, headers: Record<string, string> = {}) => post(served, query, headers);
const get = (query: string, headers: Record<string, string> = {}) =>
  fetchJson(`${served.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { authorization: `Bearer ${served.key}`, ...headers },
  });
const executionsOf = async (work: () => Promise<unknown>) => {
  const before = executions;
  await work();
  return executions - before;
};
const keyOf = async (...rights: Right[]) =>
  (await createKey(served.database.knex, { name: 'other', rights: rights.join(',') })).key;

test('an answer is given again, byte for byte, until other data is published', async () => {
  const first = await ask('{ one }');
  const again = await ask('{ one }');
  expect(executions).toBe(1);
  expect(again.text).toBe(first.text);
  await publishVersion(served.database);
  await until(async () => (await ask('{ one }')).text !== first.text);
  expect(executions).toBe(2);
});

test('a known answer bears all headers of the first one, and an id of its own', async () => {
  const told = ({ headers }: Awaited<ReturnType<typeof ask>>) =>
    Object.fromEntries(
      [...headers].filter(([name]) => !/^(date|x-request-id|ratelimit)$/.test(name)),
    );
  for (const way of [ask, get]) {
    const first = await way('{ one again: one }', { 'x-request-id': 'the-first-one' });
    const again = await way('{ one again: one }', { 'x-request-id': 'the-second-one' });
    expect(told(again)).toEqual(told(first));
    expect(again.headers.get('x-request-id')).toBe('the-second-one');
    expect(again.headers.get('ratelimit')).not.toBeNull();
    await until(() => served.log().includes('the-second-one'));
  }
  expect(executions).toBe(4);
});

test('requests that are the same at the same time are executed once', async () => {
  const asking = [1, 2, 3, 4, 5].map(() => ask('{ slow }'));
  await until(() => executions > 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  goOn();
  const answers = await Promise.all(asking);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(executions).toBe(1);
});

test('who waited for another that hangs up is answered all the same', async () => {
  const hangUp = new AbortController();
  const first = fetch(`${served.url}/graphql`, {
    method: 'POST',
    signal: hangUp.signal,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${served.key}` },
    body: JSON.stringify({ query: '{ slow }' }),
  }).catch(() => undefined);
  await until(() => executions === 1);
  const second = ask('{ slow }', { accept: '*/*' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  hangUp.abort();
  await first;
  await until(() => executions === 2);
  goOn();
  expect(await second).toMatchObject({ status: 200, body: { data: { slow: 1 } } });
});

test('who sees the same shares an answer, and who sees other things has another', async () => {
  const [same, other] = [await keyOf('marts:read'), await keyOf('marts:read', 'bin:read')];
  const asked = async (key: string) =>
    (await post({ url: served.url, key }, '{ mayReadBins }')).body.data?.['mayReadBins'];
  expect(await asked(served.key)).toBe(false);
  expect(await asked(same)).toBe(false);
  expect(executions).toBe(1);
  expect(await asked(other)).toBe(true);
  expect(executions).toBe(2);
  expect(await post({ url: served.url, key: 'tg_nobody' }, '{ mayReadBins }')).toMatchObject({
    status: 401,
  });
});

test('what is asked in other words or another form is another answer', async () => {
  expect(await executionsOf(() => ask('{ one }'))).toBe(1);
  expect(await executionsOf(() => ask('{  one }'))).toBe(1);
  expect(await executionsOf(() => get('{ one }'))).toBe(1);
  const accept = 'application/graphql-response+json';
  expect(await executionsOf(() => ask('{ one }', { accept }))).toBe(1);
  const { headers } = await ask('{ one }', { accept });
  expect(headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
});

test('what changes from moment to moment, what acts and what fails is executed each time', async () => {
  for (const query of ['{ dataVersion { lagSeconds } }', 'mutation { act }', '{ one failing }']) {
    await ask(query);
    expect(await executionsOf(() => ask(query))).toBeGreaterThan(0);
  }
});

test('a publication of which the message was lost is noticed within a second', async () => {
  const before = await ask('{ one }');
  await served.database.knex.raw(
    `insert into refresh.data_versions (source_time, definition_hash, demonstration, full_rebuild, changed)
     values (now(), 'test', false, false, '{}')`,
  );
  clock.forward(1_000);
  const after = await ask('{ one }');
  expect(after.text).not.toBe(before.text);
});

test('known answers count for the limits as others do', async () => {
  const key = await keyOf('marts:read', 'bin:lookup');
  const asked = () => post({ url: served.url, key }, '{ lookedUp }');
  const left = async () =>
    /"cost";r=(\d+)/.exec((await asked()).headers.get('ratelimit') ?? '')?.[1];
  const first = Number(await left());
  expect(Number(await left())).toBe(first - 3_001);
  await asked();
  expect(executions).toBe(1);
  expect((await asked()).body.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});

test('an answer that the caller has already is not sent again, though it is known', async () => {
  const tag = (await get('{ one }')).headers.get('etag') ?? '';
  const again = await get('{ one }', { 'if-none-match': tag });
  expect(again).toMatchObject({ status: 304, text: '' });
  expect(again.headers.get('etag')).toBe(tag);
  // What says how the answer is to be treated came with the answer itself.
  expect(again.headers.get('content-type')).toBeNull();
  expect([...again.headers.keys()].filter((name) => name in SAFE_HEADERS)).toEqual([]);
  expect(await post(served, '{ one }', { 'if-none-match': tag })).toMatchObject({ status: 200 });
});

test('a long known answer is sent compressed to who takes it so, under a tag of its own', async () => {
  const packed = { 'accept-encoding': 'gzip' };
  const plain = await get('{ long }', { 'accept-encoding': 'identity' });
  await until(async () => (await get('{ long }', packed)).headers.has('content-encoding'));
  const answer = await get('{ long }', packed);
  expect(answer.text).toBe(plain.text);
  expect(Number(answer.headers.get('content-length'))).toBeLessThan(plain.text.length / 10);
  expect(answer.headers.get('vary')).toContain('Accept-Encoding');
  const tag = answer.headers.get('etag') ?? '';
  expect(tag).not.toBe(plain.headers.get('etag'));
  for (const held of [tag, plain.headers.get('etag') ?? '']) {
    expect(await get('{ long }', { ...packed, 'if-none-match': held })).toMatchObject({
      status: 304,
    });
  }
  const refused = await get('{ long }', { 'accept-encoding': 'gzip;q=0, identity' });
  expect(refused.headers.has('content-encoding')).toBe(false);
  expect(executions).toBe(1);
});
