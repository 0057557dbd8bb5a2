import { createHash } from 'node:crypto';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import type { KeyWish } from '../../../../src/api/access/keys/keyRequest';
import { createKey } from '../../../../src/api/access/keys/keys';
import { readLedger } from '../../../../src/api/access/ledger/readLedger';
import { documentHash } from '../../../../src/api/server/documents/trustedDocuments';
import { holdClock, type HeldClock } from '../../../support/clock';
import { serveTest, until, type ServedDatabase } from '../support';

const TRUSTED = 'subscription Trusted { refreshProgress { status } }';
const OWN = 'subscription Own { refreshProgress { runId } }';
const REQUESTS = 5;

let served: ServedDatabase;
let clock: HeldClock;
beforeAll(async () => {
  const trusted = { text: TRUSTED, operationName: 'Trusted' };
  // Within one minute of the budgets' clock.
  clock = holdClock();
  served = await serveTest({
    product: true,
    config: { RATE_REQUESTS: REQUESTS },
    documents: new Map([
      [documentHash(TRUSTED), trusted],
      ['Trusted', trusted],
    ]),
  });
});
afterAll(async () => {
  await served.stop();
  clock.release();
});

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await until(async () => (await subscriptions()) === 0);
});

async function subscriptions(): Promise<number> {
  const text = await (await fetch(`${served.url}/metrics`)).text();
  return Number(/^techorda_subscriptions (\d+)$/m.exec(text)?.[1]);
}

/** What came of a subscription: that it began, or what was told instead. */
type Outcome = 'began' | { readonly code: unknown } | { readonly closed: unknown };
type Asked = Readonly<Record<string, unknown>>;
type Subscribe = (key: string, asked: Asked) => Promise<Outcome>;

const overSocket: Subscribe = async (key, asked) => {
  const client = createClient({
    url: `${served.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { 'x-api-key': key },
    retryAttempts: 0,
  });
  clients.push(client);
  const codeOf = (errors: unknown) =>
    (errors as readonly { extensions: { code: unknown } }[])[0]?.extensions.code;
  const before = await subscriptions();
  let outcome: Outcome | undefined;
  // The protocol of sockets wants a query in every message.
  client.subscribe(
    { query: '', ...asked },
    {
      next: ({ errors }) => (outcome = errors ? { code: codeOf(errors) } : 'began'),
      error: (error) =>
        (outcome = Array.isArray(error)
          ? { code: codeOf(error) }
          : { closed: (error as { code: number }).code }),
      complete: () => undefined,
    },
  );
  // A subscription that began and has nothing to tell yet gives no sign of itself.
  await until(async () => outcome !== undefined || (await subscriptions()) > before);
  return outcome ?? 'began';
};

const overEvents: Subscribe = async (key, asked) => {
  const ended = new AbortController();
  const response = await fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'x-api-key': key,
    },
    body: JSON.stringify(asked),
    signal: ended.signal,
  });
  if (response.status === 200) {
    ended.abort();
    return 'began';
  }
  const { errors } = (await response.json()) as {
    errors: readonly { extensions: { code: unknown } }[];
  };
  return { code: errors[0]?.extensions.code };
};

const keyFor = (wish: Partial<KeyWish>) =>
  createKey(served.database.knex, { name: 'listener', rights: 'marts:read', ...wish });

const refusals = (caller: string | undefined) =>
  readLedger(served.database.knex, { kind: 'REFUSED', caller });

describe.each([
  ['WebSocket', overSocket],
  ['events', overEvents],
])('over %s', (protocol, subscribe) => {
  test('who shows no valid credential is refused, and on record', async () => {
    const unknown = async () =>
      (await refusals(undefined))
        .filter(({ caller, subject }) => caller === null && subject === 'UNAUTHENTICATED')
        .reduce((sum, { times }) => sum + times, 0);
    const before = await unknown();
    const outcome = await subscribe('tg_nobody', { query: OWN });
    expect(outcome).toEqual(protocol === 'events' ? { code: 'UNAUTHENTICATED' } : { closed: 4401 });
    await until(async () => (await unknown()) === before + 1);
  });

  test('a key for trusted documents alone subscribes to those, by text, hash or name', async () => {
    const { id, key } = await keyFor({ trustedOnly: true });
    const persistedQuery = { version: 1, sha256Hash: documentHash(TRUSTED).slice(7) };
    for (const asked of [
      { query: TRUSTED },
      { documentId: 'Trusted' },
      { documentId: documentHash(TRUSTED) },
      { extensions: { persistedQuery } },
    ]) {
      expect(await subscribe(key, asked)).toBe('began');
    }
    expect(await subscribe(key, { query: OWN })).toEqual({ code: 'FORBIDDEN' });
    await until(async () => (await refusals(id)).length > 0);
    expect(await refusals(id)).toMatchObject([{ subject: 'FORBIDDEN', times: 1 }]);
  });

  test('who asks too often is refused, and on record', async () => {
    const { id, key } = await keyFor({});
    let outcome: Outcome = 'began';
    for (let time = 0; time <= REQUESTS && outcome === 'began'; time += 1) {
      outcome = await subscribe(key, { query: OWN });
    }
    expect(outcome).toEqual({ code: 'RATE_LIMITED' });
    await until(async () => (await refusals(id)).length > 0);
    expect(await refusals(id)).toMatchObject([{ subject: 'RATE_LIMITED', times: 1 }]);
  });

  test('more values than are read are refused before they are walked', async () => {
    const { key } = await keyFor({});
    const query = 'subscription ($id: ID) { refreshProgress(runId: $id) { status } }';
    const variables = { id: '1', beside: Array<object>(3_000).fill({}) };
    // A message that is not read has no id by which it could be answered.
    const refusal = protocol === 'events' ? { code: 'BAD_USER_INPUT' } : { closed: 4400 };
    expect(await subscribe(key, { query, variables })).toEqual(refusal);
    // With what is around it in a message, or in a body, it has no more than may be.
    const most = { id: '1', beside: Array<object>(1_997).fill({}) };
    expect(await subscribe(key, { query, variables: most })).not.toEqual(refusal);
  });

  test('who lacks the right is refused, and on record with what was asked', async () => {
    const { id, key } = await keyFor({ rights: 'bin:read' });
    expect(await subscribe(key, { query: OWN })).toEqual({ code: 'FORBIDDEN' });
    await until(async () => (await refusals(id)).length > 0);
    expect(await refusals(id)).toMatchObject([
      {
        callerName: 'listener',
        subject: 'FORBIDDEN',
        operation: 'Own',
        document: createHash('sha256').update(OWN).digest('hex'),
        times: 1,
      },
    ]);
  });

  test('what is wrong with a subscription is no refusal', async () => {
    const { id, key } = await keyFor({});
    const outcome = await subscribe(key, { query: 'subscription { nothing }' });
    expect(outcome).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
    // What is recorded after it is there: so would it be.
    const { id: other, key: refused } = await keyFor({ rights: 'bin:read' });
    await subscribe(refused, { query: OWN });
    await until(async () => (await refusals(other)).length > 0);
    expect(await refusals(id)).toEqual([]);
  });
});

test('more connections than a key may have are refused, and on record', async () => {
  const { id, key } = await keyFor({});
  const sockets = Array.from({ length: 21 }, () => {
    const socket = new WebSocket(
      `${served.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    socket.once('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { 'x-api-key': key } })),
    );
    return socket;
  });
  const closed = await Promise.race(
    sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
  );
  expect(closed).toBe(1013);
  for (const socket of sockets) socket.terminate();
  await until(async () => (await refusals(id)).length > 0);
  expect(await refusals(id)).toMatchObject([{ subject: 'RATE_LIMITED', times: 1 }]);
});

test('a key gets in while a thousand sockets without credentials are open', async () => {
  const address = `${served.url.replace('http', 'ws')}/graphql`;
  const strangers = Array.from({ length: 1_000 }, () => {
    const socket = new WebSocket(address, 'graphql-transport-ws');
    socket.on('error', () => undefined);
    return socket;
  });
  const isOver = ({ readyState }: WebSocket) => readyState >= WebSocket.OPEN;
  await until(() => strangers.every(isOver));
  const { key } = await keyFor({});
  expect(await overSocket(key, { query: OWN })).toBe('began');
  const open = strangers.filter(({ readyState }) => readyState === WebSocket.OPEN);
  expect(open.length).toBeLessThanOrEqual(200);
  for (const socket of strangers) socket.terminate();
});
