import { once } from 'node:events';
import { createClient as createEventClient } from 'graphql-sse';
import { CloseCode, createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { createKey, revokeKey } from '../../../../src/api/access/keys/keys';
import { readLedger } from '../../../../src/api/access/ledger/readLedger';
import { ingestDumpFile } from '../../../../src/warehouse/bronze/dumpFile';
import { plannedSteps } from '../../../../src/warehouse/refresh/record/plan';
import { runTypeScript } from '../../../support/programs/childProcess';
import { MAX_EVENT_BYTES } from '../../../support/databases/warehouse';
import { fetchJson, post, serveTest, until, type ServedDatabase } from '../support';
import { fixture, supportProgram } from '../../../support/places';

interface Progress {
  readonly runId: string;
  readonly queuedAs: string | null;
  readonly status: string;
  readonly step: string | null;
  readonly table: string | null;
  readonly done: number;
  readonly total: number;
  readonly dataVersionId: string | null;
}

const PROGRESS =
  'subscription ($run: ID) { refreshProgress(runId: $run) { runId queuedAs status step table done total dataVersionId at } }';

let served: ServedDatabase;
let socketUrl: string;
beforeAll(async () => {
  served = await serveTest({ product: true, keepAlive: 100 });
  socketUrl = `${served.url.replace('http', 'ws')}/graphql`;
  const dump = fixture('small', 'bronze.ndjson.gz');
  await ingestDumpFile(served.database.knex, dump, { maxEventBytes: MAX_EVENT_BYTES });
});
afterAll(() => served.stop());

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await until(async () => (await subscriptions()) === 0);
});

function connect(connectionParams: Record<string, unknown>, headers = {}): Client {
  class WithHeaders extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers });
    }
  }
  const client = createClient({
    url: socketUrl,
    webSocketImpl: WithHeaders,
    connectionParams,
    retryAttempts: 0,
  });
  clients.push(client);
  return client;
}

interface Followed {
  readonly seen: Progress[];
  readonly errors: unknown[];
  ended: boolean;
  failure: unknown;
  stop(): void;
}

function follow(client: Client, run?: string): Followed {
  const followed: Followed = {
    seen: [],
    errors: [],
    ended: false,
    failure: undefined,
    stop: () => undefined,
  };
  followed.stop = client.subscribe<{ refreshProgress: Progress }>(
    { query: PROGRESS, variables: { run: run ?? null } },
    {
      next: ({ data, errors }) => {
        if (data) followed.seen.push(data.refreshProgress);
        followed.errors.push(...(errors ?? []));
      },
      error: (error) => (followed.failure = error),
      complete: () => (followed.ended = true),
    },
  );
  return followed;
}

async function subscriptions(): Promise<number> {
  const text = await (await fetch(`${served.url}/metrics`)).text();
  return Number(/^techorda_subscriptions (\d+)$/m.exec(text)?.[1]);
}

/** A refresh in a process of its own. */
const refreshElsewhere = () =>
  runTypeScript(supportProgram('runRefresh'), [served.database.url]).ended;

test('a refresh of another process is followed step by step, over both protocols', async () => {
  const overSocket = follow(connect({ authorization: `Bearer ${served.key}` }));
  const events = createEventClient({
    url: `${served.url}/graphql`,
    headers: { 'x-api-key': served.key },
    retryAttempts: 0,
  });
  const overEvents: Progress[] = [];
  const stop = events.subscribe<{ refreshProgress: Progress }>(
    { query: PROGRESS },
    {
      next: ({ data }) => data && overEvents.push(data.refreshProgress),
      error: (error) => {
        throw error;
      },
      complete: () => undefined,
    },
  );
  await until(async () => (await subscriptions()) === 2);
  expect((await refreshElsewhere()).output).toContain('done: PUBLISHED');
  for (const seen of [overSocket.seen, overEvents]) {
    await until(() => seen.at(-1)?.status === 'PUBLISHED');
    const total = plannedSteps().length;
    expect(new Set(seen.map(({ runId }) => runId))).toEqual(new Set(['1']));
    expect(seen.map(({ done }) => done)).toEqual(
      seen.map(({ done }) => done).sort((a, b) => a - b),
    );
    expect(seen.every((progress) => progress.total === total)).toBe(true);
    expect(seen.filter(({ status }) => status === 'RUNNING').length).toBeGreaterThan(0);
    // Steps that pass between two looks are not seen; those that are come in the order of the plan.
    const tables = new Set(seen.flatMap(({ table }) => table ?? []));
    expect(tables.size).toBeGreaterThan(0);
    expect([...tables]).toEqual(plannedSteps().filter((step) => tables.has(step)));
    expect(seen.at(-1)).toEqual({
      runId: '1',
      queuedAs: null,
      status: 'PUBLISHED',
      step: 'publish',
      table: null,
      done: total,
      total,
      dataVersionId: '1',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
  }
  stop();
  overSocket.stop();
});

test('the steps of a run are those that were planned', async () => {
  const { rows } = await served.database.knex.raw<{ rows: { steps: { step: string }[] }[] }>(
    `select steps from refresh.runs where status = 'PUBLISHED' order by run_id limit 1`,
  );
  expect(rows[0]?.steps.map(({ step }) => step)).toEqual(plannedSteps());
});

test('who subscribes late is told at once how the newest run went', async () => {
  const followed = follow(connect({ 'X-Api-Key': served.key }));
  await until(() => followed.seen.length > 0);
  expect(followed.seen[0]).toMatchObject({ runId: '1', status: 'PUBLISHED' });
  followed.stop();
});

test('a run is followed by the id that the mutation answered, to its end', async () => {
  const { knex } = served.database;
  const { key } = await createKey(knex, { name: 'operator', rights: 'refresh:run' });
  const { body } = await post({ url: served.url, key }, 'mutation { refresh { id status } }');
  const { id, status } = body.data?.['refresh'] as { id: string; status: string };
  expect(status).toBe('QUEUED');
  const followed = follow(connect({ authorization: `Bearer ${key}` }), id);
  await until(async () => (await subscriptions()) === 1);
  // As the worker does it, with another run before it that is none of this subscriber's business.
  await knex.raw(
    `insert into refresh.runs (reason, full_rebuild, status) values ('other', false, 'UNCHANGED')`,
  );
  await knex.raw(
    `insert into refresh.runs (reason, full_rebuild, status, job_id) values ('request', false, 'RUNNING', ?)`,
    [id.slice('queued:'.length)],
  );
  await knex.raw(
    `update refresh.runs set status = 'FAILED', error = 'a secret' where status = 'RUNNING'`,
  );
  await until(() => followed.ended);
  expect(followed.seen.map(({ queuedAs }) => queuedAs)).toEqual(followed.seen.map(() => id));
  expect(followed.seen.at(-1)?.status).toBe('FAILED');
  expect(JSON.stringify(followed.seen)).not.toContain('secret');

  const late = follow(connect({ authorization: `Bearer ${key}` }), followed.seen[0]?.runId);
  await until(() => late.ended);
  expect(late.seen).toMatchObject([{ queuedAs: id, status: 'FAILED' }]);
});

test.each([
  ['999', 'NOT_FOUND', 'There is no run "999"; refreshRuns has those that began.'],
  ['queued:999', 'NOT_FOUND', 'There is no run "queued:999"; refreshRuns has those that began.'],
  [
    'x',
    'BAD_USER_INPUT',
    'runId is "x"; expected the id of a run, such as "12", or of one that is queued, such as "queued:7".',
  ],
])('run %s cannot be followed', async (run, code, message) => {
  const followed = follow(connect({ authorization: `Bearer ${served.key}` }), run);
  await until(() => followed.ended);
  expect(followed.errors).toMatchObject([{ message, extensions: { code } }]);
});

const streamOf = (key: string, query = PROGRESS, accept = 'text/event-stream') =>
  fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, 'x-api-key': key },
    body: JSON.stringify({ query }),
  });

/** Reads events until the condition holds or the stream ends. */
async function readUntil(
  response: Response,
  condition: (text: string) => boolean,
): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (condition(text)) break;
  }
  return text;
}

test('an event stream shows signs of life, by POST and by GET, and ends when the caller leaves', async () => {
  const posted = await streamOf(served.key);
  expect(posted.status).toBe(200);
  expect(posted.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(posted.headers.get('cache-control')).toBe('no-store');
  const text = await readUntil(posted, (sofar) => sofar.split(':\n\n').length > 3);
  expect(text).toMatch(
    /^:\n\nevent: next\ndata: \{"data":\{"refreshProgress":\{.*\}\},"extensions":\{"dataVersion":/,
  );
  const asked = `query=${encodeURIComponent(PROGRESS)}`;
  const got = await fetch(`${served.url}/graphql?${asked}`, {
    headers: { accept: 'text/event-stream', 'x-api-key': served.key },
  });
  await readUntil(got, (sofar) => sofar.includes('refreshProgress'));
  await until(async () => (await subscriptions()) === 0);
});

test('what is empty or null of a subscription is not given, over both protocols', async () => {
  const search = new URLSearchParams({ query: PROGRESS, operationName: '', extensions: '' });
  const headers = { accept: 'text/event-stream', 'x-api-key': served.key };
  for (const variables of ['', 'null', '{"run":null}']) {
    search.set('variables', variables);
    const got = await fetch(`${served.url}/graphql?${search}`, { headers });
    expect(got.status).toBe(200);
    expect(await readUntil(got, (sofar) => sofar.includes('refreshProgress'))).toMatch(/runId/);
  }
  const written = PROGRESS.replace('$run: ID', '').replace('()', '').replace('$run', 'null');
  expect(
    await readUntil(await streamOf(served.key, written), (sofar) => sofar.includes('runId')),
  ).toMatch(/runId/);

  const socket = new WebSocket(socketUrl, 'graphql-transport-ws', {
    headers: { 'x-api-key': served.key },
  });
  const messages: { type: string }[] = [];
  socket.on('message', (data: Buffer) =>
    messages.push(JSON.parse(data.toString()) as { type: string }),
  );
  await once(socket, 'open');
  socket.send('{"type":"connection_init","payload":null}');
  await until(() => messages.some(({ type }) => type === 'connection_ack'));
  const payload = { query: PROGRESS, operationName: '', variables: null, extensions: null };
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  await until(() => messages.some(({ type }) => type === 'next'));
  socket.terminate();
  await once(socket, 'close');
});

test('a query may be answered as one event; who takes JSON too gets JSON', async () => {
  const query = '{ dataVersion { id } }';
  const answer = await streamOf(served.key, query);
  expect(await answer.text()).toMatch(
    /^event: next\ndata: \{"data":\{"dataVersion":\{"id":"1"\}\}.*\}\n\nevent: complete\ndata:\n\n$/,
  );
  const json = await streamOf(served.key, query, 'application/json, text/event-stream');
  expect(await json.json()).toMatchObject({ data: { dataVersion: { id: '1' } } });
  const wrong = await streamOf(served.key, '{ nothing }');
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

test('what cannot be subscribed to is refused with its status before a stream begins', async () => {
  const { key } = await createKey(served.database.knex, { name: 'no reader', rights: 'bin:read' });
  for (const [asked, status, code] of [
    [streamOf(key), 403, 'FORBIDDEN'],
    [streamOf('nobody'), 401, 'UNAUTHENTICATED'],
    [streamOf(served.key, 'subscription { nothing }'), 400, 'GRAPHQL_VALIDATION_FAILED'],
    [streamOf(served.key, 'subscription {'), 400, 'GRAPHQL_PARSE_FAILED'],
    [
      streamOf(served.key, 'subscription { refreshProgress(runId: "7") { runId } }'),
      404,
      'NOT_FOUND',
    ],
  ] as const) {
    const response = await asked;
    expect(response.status).toBe(status);
    expect(response.headers.get('x-request-id')).toMatch(/./);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  }
});

test.each([
  ['no credential', {}, {}],
  ['a wrong one', { authorization: 'Bearer nobody' }, {}],
  ['a wrong one as a header', {}, { 'x-api-key': 'nobody' }],
])('a socket with %s is closed', async (_, params, headers) => {
  const followed = follow(connect(params, headers));
  await until(() => followed.failure !== undefined);
  expect(followed.failure).toMatchObject({ code: CloseCode.Unauthorized });
});

test('a credential may come as a header or in connection_init', async () => {
  for (const [params, headers] of [
    [{}, { authorization: `Bearer ${served.key}` }],
    [{ Authorization: `Bearer ${served.key}` }, {}],
    [{ headers: { 'x-api-key': served.key } }, {}],
  ] as const) {
    const followed = follow(connect(params, headers));
    await until(() => followed.seen.length === 1);
    followed.stop();
  }
});

test('queries are not answered over a socket', async () => {
  const client = connect({ authorization: `Bearer ${served.key}` });
  const asked = client.iterate({ query: '{ dataVersion { id } }' }).next();
  await expect(asked).rejects.toMatchObject([
    { message: 'Only subscriptions are answered over WebSocket; ask the rest by POST.' },
  ]);
});

test('a revoked, an expired and a lessened key end their subscriptions at once', async () => {
  const { knex } = served.database;
  const wish = { name: 'short-lived', rights: 'marts:read' };
  const end: ((id: string) => Promise<unknown>)[] = [
    (id) => revokeKey(knex, id),
    (id) => knex.raw(`update access.api_keys set rights = '{bin:read}' where key_id = ?`, [id]),
    // Long enough ago that nobody waits for it to pass.
    (id) => knex.raw(`update access.api_keys set expires_at = now() where key_id = ?`, [id]),
  ];
  for (const act of end) {
    const { id, key } = await createKey(knex, wish);
    const followed = follow(connect({ authorization: `Bearer ${key}` }));
    const events = await streamOf(key);
    await until(async () => (await subscriptions()) === 2);
    await act(id);
    await until(() => followed.failure !== undefined);
    expect(followed.failure).toMatchObject({ code: CloseCode.Unauthorized });
    const text = await readUntil(events, () => false);
    expect(text).toMatch(/"code":"UNAUTHENTICATED".*\n\nevent: complete\ndata:\n\n$/);
  }
});

test('a key that ends by itself ends its subscriptions, without anybody telling', async () => {
  const { knex } = served.database;
  const { id, key } = await createKey(knex, { name: 'ends', rights: 'marts:read' });
  await knex.raw(
    `update access.api_keys set expires_at = now() + interval '1.5 s' where key_id = ?`,
    [id],
  );
  const events = await streamOf(key);
  expect(await readUntil(events, () => false)).toContain('UNAUTHENTICATED');
});

test('a key has so many subscriptions at once and no more, until it ends one', async () => {
  const client = connect({ authorization: `Bearer ${served.key}` });
  const many = Array.from({ length: 20 }, () => follow(client));
  await until(() => many.every(({ seen }) => seen.length > 0));
  const oneMore = follow(client);
  await until(() => oneMore.ended);
  expect(oneMore.errors).toMatchObject([
    {
      message: 'This credential has 20 subscriptions already, the most at once; end one first.',
      extensions: { code: 'RATE_LIMITED' },
    },
  ]);
  expect((await streamOf(served.key)).status).toBe(429);
  many[0]?.stop();
  await until(async () => (await subscriptions()) === 19);
  const again = follow(client);
  await until(() => again.seen.length > 0);
  for (const { stop } of [...many, again]) stop();
});

test('subscribers hold no connection and no transaction of the database', async () => {
  const client = connect({ authorization: `Bearer ${served.key}` });
  const many = Array.from({ length: 15 }, () => follow(client));
  await until(() => many.every(({ seen }) => seen.length > 0));
  // What the server and the database do by themselves, such as telling budgets, is soon over.
  await until(async () => {
    const { rows } = await served.database.knex.raw<{ rows: { open: number; held: number }[] }>(
      `select
         count(*) filter (where xact_start is not null and pid <> pg_backend_pid())::integer as open,
         count(*) filter (where application_name = 'techorda test api')::integer as held
       from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
    );
    const [{ open, held } = { open: NaN, held: NaN }] = rows;
    return open === 0 && held <= 6;
  });
  for (const { stop } of many) stop();
});

test('after the listening connection broke, subscribers are told what they missed', async () => {
  const { knex } = served.database;
  const followed = follow(connect({ authorization: `Bearer ${served.key}` }));
  await until(() => followed.seen.length > 0);
  await knex.raw(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where query like 'listen %' and datname = current_database()`,
  );
  await knex.raw(
    `insert into refresh.runs (reason, full_rebuild, status) values ('missed', false, 'UNCHANGED')`,
  );
  const { rows } = await knex.raw<{ rows: { id: string }[] }>(
    'select max(run_id) as id from refresh.runs',
  );
  await until(() => followed.seen.some(({ runId }) => runId === rows[0]?.id));
  followed.stop();
});

test('requests that offer HTTP/2, as clients of Java do, are answered all the same', async () => {
  const { request } = await import('node:http');
  const body = JSON.stringify({ query: '{ dataVersion { id } }' });
  const answer = await new Promise<string>((resolve, reject) => {
    const asked = request(
      `${served.url}/graphql`,
      {
        method: 'POST',
        headers: {
          connection: 'Upgrade, HTTP2-Settings',
          upgrade: 'h2c',
          'http2-settings': 'AAMAAABkAAQAAP__',
          'content-type': 'application/json',
          'content-length': body.length,
          'x-api-key': served.key,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
  expect(answer).toContain('"dataVersion":{"id":"1"}');
});

test('a socket elsewhere, or of another protocol, is refused in JSON', async () => {
  for (const [path, protocols, status] of [
    ['/nowhere', ['graphql-transport-ws'], 404],
    ['/graphql', ['graphql-ws'], 400],
    ['/graphql', [], 400],
  ] as const) {
    const socket = new WebSocket(served.url.replace('http', 'ws') + path, [...protocols]);
    const refused = await new Promise<number>((resolve, reject) => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('open', () => reject(new Error('It was taken.')));
      socket.on('error', () => undefined);
    });
    expect(refused).toBe(status);
    socket.terminate();
  }
});

test('a socket that sends more than is answered at once is closed, and that is on record', async () => {
  const { knex } = served.database;
  const { id, key } = await createKey(knex, { name: 'flood', rights: 'marts:read' });
  const socket = new WebSocket(socketUrl, 'graphql-transport-ws');
  const closed = new Promise((resolve) =>
    socket.once('close', (code, reason) => resolve([code, reason.toString()])),
  );
  socket.once('open', () =>
    socket.send(JSON.stringify({ type: 'connection_init', payload: { 'x-api-key': key } })),
  );
  await new Promise((resolve) => socket.once('message', resolve));
  for (let message = 0; message < 1_000; message += 1) {
    const payload = { query: '{ dataVersion { id } }' };
    socket.send(JSON.stringify({ type: 'subscribe', id: String(message), payload }));
  }
  expect(await closed).toEqual([
    4429,
    'This socket has 100 messages that are not answered yet, the most at once.',
  ]);
  await until(async () => (await readLedger(knex, { caller: id })).length > 0);
  expect(await readLedger(knex, { caller: id })).toMatchObject([
    { kind: 'REFUSED', callerName: 'flood', subject: 'RATE_LIMITED', times: 1 },
  ]);
});

test('a server that ends closes its subscriptions so that callers know to come back', async () => {
  const own = await serveTest({ product: true });
  const client = createClient({
    url: `${own.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${own.key}` },
    retryAttempts: 0,
  });
  const followed = follow(client);
  const events = await fetch(`${own.url}/graphql?query=${encodeURIComponent(PROGRESS)}`, {
    headers: { accept: 'text/event-stream', 'x-api-key': own.key },
  });
  await until(async () => {
    const text = await (await fetch(`${own.url}/metrics`)).text();
    return text.includes('techorda_subscriptions 2');
  });
  const began = performance.now();
  await own.stop();
  // Less than the patience with requests that are still under way: they are not waited for.
  expect(performance.now() - began).toBeLessThan(5_500);
  await until(() => followed.failure !== undefined);
  expect(followed.failure).toMatchObject({ code: 1001 });
  expect(await events.text()).not.toContain('complete');
  await client.dispose();
  await expect(fetchJson(`${own.url}/healthz`)).rejects.toThrow();
});
