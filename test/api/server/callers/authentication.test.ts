import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { createKey, revokeKey } from '../../../../src/api/access/keys/keys';
import { holdClock } from '../../../support/clock';
import { fetchJson, post, publishVersion, serveTest, until, type ServedDatabase } from '../support';

const body5 = (body: string) => [body.slice(0, 5), body.slice(5)] as const;
const chunked = (body: string) => {
  const chunk = (part: string) => `${part.length.toString(16)}\r\n${part}\r\n`;
  const [beginning, rest] = body5(body);
  return [chunk(beginning), `${chunk(rest)}0\r\n\r\n`] as const;
};

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({
    // Here an answer shows the caller's name, which no answer of the product does.
    config: { ANSWER_CACHE_BYTES: 0 },
    typeDefs: 'type Query { whoAmI: String }',
    resolvers: { Query: { whoAmI: (_source, _arguments, { viewer }) => viewer?.name } },
  });
  await publishVersion(served.database);
});
afterAll(() => served.stop());

const ask = (headers: Record<string, string>) =>
  fetchJson(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"query":"{ whoAmI }"}',
  });

test('a key opens the API as a bearer token or in its own header', async () => {
  for (const headers of [
    { authorization: `Bearer ${served.key}` },
    { authorization: `bearer  ${served.key}` },
    { 'x-api-key': served.key },
    { authorization: `Bearer ${served.key}`, 'x-api-key': served.key },
  ] as const) {
    expect(await ask({ ...headers })).toMatchObject({
      status: 200,
      body: { data: { whoAmI: 'test' } },
    });
  }
});

test('callers who share a connection are told apart at each request', async () => {
  const { knex } = served.database;
  const wish = { rights: 'marts:read' };
  const one = await createKey(knex, { ...wish, name: 'one behind a proxy' });
  const other = await createKey(knex, { ...wish, name: 'other behind a proxy' });
  const connections = new Set<unknown>();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const whoAmI = async (headers: Record<string, string>) => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const path = `${served.url}/graphql?query=${encodeURIComponent('{ whoAmI }')}`;
      get(path, { agent, headers }, resolve).once('error', reject);
    });
    connections.add(response.socket);
    const { data } = (await json(response)) as { data?: { whoAmI: string } };
    return data?.whoAmI ?? response.statusCode;
  };
  const asOne = { authorization: `Bearer ${one.key}` };
  const asOther = { 'x-api-key': other.key };
  expect(await whoAmI(asOne)).toBe('one behind a proxy');
  expect(await whoAmI(asOne)).toBe('one behind a proxy');
  expect(await whoAmI(asOther)).toBe('other behind a proxy');
  expect(await whoAmI({})).toBe(401);
  expect(await whoAmI({ ...asOne, ...asOther })).toBe(401);
  expect(await whoAmI(asOne)).toBe('one behind a proxy');
  await revokeKey(knex, one.id);
  await until(async () => (await whoAmI(asOne)) === 401);
  expect(await whoAmI(asOther)).toBe('other behind a proxy');
  expect(connections.size).toBe(1);
  agent.destroy();
});

test.each([
  ['of a known length', (body: string) => `content-length: ${String(body.length)}\r\n\r\n`, body5],
  ['in chunks', () => 'transfer-encoding: chunked\r\n\r\n', chunked],
])(
  'a key that is revoked while its body %s is on the way opens nothing',
  async (_, form, parts) => {
    const { knex } = served.database;
    const slow = await createKey(knex, { name: 'slow', rights: 'marts:read' });
    const body = '{"query":"{ whoAmI }"}';
    const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
    const answer = text(socket);
    const [beginning, rest] = parts(body);
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: techorda\r\nconnection: close\r\nauthorization: Bearer ${slow.key}\r\n` +
        `content-type: application/json\r\n${form(body)}${beginning}`,
    );
    await until(async () => (await ask({ 'x-api-key': slow.key })).status === 200);
    await revokeKey(knex, slow.id);
    await until(async () => (await ask({ 'x-api-key': slow.key })).status === 401);
    socket.write(rest);
    expect(await answer).toMatch(/^HTTP\/1.1 401 .*UNAUTHENTICATED/s);
  },
);

test('no, a wrong, an expired and a revoked credential get the same answer', async () => {
  const { knex } = served.database;
  const wish = { name: 'gone', rights: 'marts:read' };
  const expired = await createKey(knex, wish);
  await knex.raw(`update access.api_keys set expires_at = now() where key_id = ?`, [expired.id]);
  const revoked = await createKey(knex, wish);
  await revokeKey(knex, revoked.id);
  const other = await createKey(knex, { ...wish, name: 'other' });

  const given: Record<string, string>[] = [
    {},
    { authorization: 'Bearer tg_wrong' },
    { authorization: `Bearer tg_${'A'.repeat(43)}` },
    { authorization: `Basic ${served.key}` },
    { authorization: served.key },
    { authorization: 'Bearer ' },
    { 'x-api-key': '' },
    { 'x-api-key': `${served.key}, ${served.key}` },
    { 'x-api-key': expired.key },
    { 'x-api-key': revoked.key },
    { authorization: `Bearer ${served.key}`, 'x-api-key': other.key },
    { authorization: 'Basic x', 'x-api-key': served.key },
  ];
  const answers = await Promise.all(given.map(ask));
  for (const answer of answers) {
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('etag')).toBeNull();
    expect(answer.text).toBe(answers[0]?.text);
    expect(answer.body).toEqual({
      errors: [
        {
          message: expect.stringContaining('This needs valid credentials.') as string,
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  }
});

test('without a credential not even the schema or the form of a request is told', async () => {
  for (const query of ['{ __schema { types { name } } }', '{ nothing }', '{']) {
    expect(await post({ url: served.url, key: '' }, query)).toMatchObject({ status: 401 });
  }
  const answer = await fetchJson(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{malformed',
  });
  expect(answer.status).toBe(401);
  const introspection = await post(served, '{ __schema { queryType { name } } }');
  expect(introspection.body.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
});

test('a key that is revoked, or whose rights change, is so at once', async () => {
  const { knex } = served.database;
  const { id, key } = await createKey(knex, { name: 'short-lived', rights: 'marts:read' });
  // Not because a remembered key is looked up again after a second: that second does not pass.
  const clock = holdClock();
  try {
    for (let round = 0; round < 3; round += 1) {
      expect(await ask({ 'x-api-key': key })).toMatchObject({ status: 200 });
    }
    await knex.raw(`update access.api_keys set name = 'renamed' where key_id = ?`, [id]);
    await until(async () => (await ask({ 'x-api-key': key })).body.data?.['whoAmI'] === 'renamed');
    await revokeKey(knex, id);
    await until(async () => (await ask({ 'x-api-key': key })).status === 401);
  } finally {
    clock.release();
  }
});

test('a key that is asked for again and again is not looked up each time', async () => {
  let lookUps = 0;
  const count = ({ sql }: { sql: string }) => void (lookUps += sql.includes('key_hash') ? 1 : 0);
  served.pool.on('query', count);
  const clock = holdClock();
  for (let round = 0; round < 50; round += 1) await ask({ 'x-api-key': served.key });
  clock.forward(1_000);
  await ask({ 'x-api-key': served.key });
  clock.release();
  served.pool.off('query', count);
  // One a second, at the most.
  expect(lookUps).toBeLessThanOrEqual(2);
});
