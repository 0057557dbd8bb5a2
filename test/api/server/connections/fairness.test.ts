import { createKey } from '../../../../src/api/access/keys/keys';
import type { Request } from '../../../../src/api/resolvers/request/request';
import { holdClock } from '../../../support/clock';
import { createTestDatabase } from '../../../support/databases/database';
import { givenPublication } from '../../../support/databases/gold';
import {
  post,
  publishVersion,
  serveTest,
  until,
  type Answer,
  type ServedDatabase,
} from '../support';

/** What one key may hold of a pool of 5: while others ask, and alone. */
const SHARE = 2;
const ALONE = 3;

/** A statement that waits until the test lets it go. */
const GATE = 4_711;
const held = async (_source: unknown, _arguments: unknown, { snapshot }: Request) => {
  const { database } = await snapshot();
  await database.raw(`select pg_advisory_xact_lock_shared(${GATE})`);
  return 1;
};
const read = async (_source: unknown, _arguments: unknown, { snapshot }: Request) => {
  const { database } = await snapshot();
  await database.raw('select 1');
  return 1;
};

let served: ServedDatabase;
let other: string;
beforeAll(async () => {
  served = await serveTest({
    typeDefs: 'type Query { held: Int read: Int }',
    resolvers: { Query: { held, read } },
    poolSize: 5,
    // The budgets as they are where nobody sets them.
    config: { CONNECTIONS_PER_KEY: SHARE, RATE_REQUESTS: 6_000, RATE_COST: 30_000_000 },
  });
  await publishVersion(served.database);
  ({ key: other } = await createKey(served.database.knex, { name: 'other', rights: 'marts:read' }));
  // From now on the newest version is known, and requests go through the front.
  await until(async () => (await post(served, '{ read }')).body.extensions !== undefined);
});
afterAll(() => served.stop());

const waitingAtGate = async () => {
  const { rows } = await served.database.knex.raw<{ rows: unknown[] }>(
    `select from pg_locks where locktype = 'advisory' and objid = ${GATE} and not granted`,
  );
  return rows.length;
};

/** Holds what passes the gate while the work is done, and waits for the requests that it returns. */
async function withGateClosed(work: () => Promise<readonly Promise<unknown>[]>): Promise<void> {
  const session = await served.database.knex.transaction();
  await session.raw(`select pg_advisory_xact_lock(${GATE})`);
  let requests: readonly Promise<unknown>[] = [];
  try {
    requests = await work();
  } finally {
    await session.commit();
    await Promise.all(requests);
  }
}

/** Of like questions the first would answer the others. */
let asked = 0;
const askHeld = (signal?: AbortSignal, key = served.key) => {
  asked += 1;
  return fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query: `{ held${String(asked)}: held }` }),
    ...(signal && { signal }),
  });
};
/** The answer of one more, where it is refused rather than left to wait. */
const refusedAtOnce = (): Promise<Answer | undefined> => {
  asked += 1;
  return Promise.race([
    post(served, `{ held${String(asked)}: held }`),
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 300)),
  ]);
};
/** What the caller has left to pay with in this minute. */
const costLeft = (answer: Pick<Answer, 'headers'> | undefined) =>
  /"cost";r=(\d+)/.exec(answer?.headers.get('ratelimit') ?? '')?.[1];
const askOther = (): Promise<Answer> => {
  asked += 1;
  return post({ url: served.url, key: other }, `{ read${String(asked)}: read }`);
};

test('one key alone holds nearly all connections, and another is answered however many requests wait', async () => {
  await withGateClosed(async () => {
    const slow = Array.from({ length: 20 }, () => askHeld());
    await until(async () => (await waitingAtGate()) === ALONE);
    for (let time = 0; time < 5; time += 1) {
      expect(await askOther()).toMatchObject({ status: 200 });
    }
    expect(await waitingAtGate()).toBe(ALONE);
    return slow;
  });
});

test('while another key asks, a key holds its share', async () => {
  await withGateClosed(async () => {
    const others = askHeld(undefined, other);
    await until(async () => (await waitingAtGate()) === 1);
    const slow = Array.from({ length: 20 }, () => askHeld());
    await until(async () => (await waitingAtGate()) === 1 + SHARE);
    expect(await askOther()).toMatchObject({ status: 200 });
    expect(await waitingAtGate()).toBe(1 + SHARE);
    return [others, ...slow];
  });
});

test('who asks the same as another key does not wait in its queue', async () => {
  await withGateClosed(async () => {
    const slow = Array.from({ length: ALONE }, () => askHeld());
    await until(async () => (await waitingAtGate()) === ALONE);
    const query = `{ same${String((asked += 1))}: read }`;
    const queued = post(served, query);
    expect(await post({ url: served.url, key: other }, query)).toMatchObject({ status: 200 });
    return [...slow, queued];
  });
});

test('who hangs up while it waits leaves the queue', async () => {
  await withGateClosed(async () => {
    const slow = Array.from({ length: ALONE }, () => askHeld());
    await until(async () => (await waitingAtGate()) === ALONE);
    const hangUp = new AbortController();
    const gone = Array.from({ length: 100 }, () => askHeld(hangUp.signal).catch(() => undefined));
    // As many as may wait: one more is refused, until they are gone.
    await until(async () => (await refusedAtOnce())?.status === 429);
    hangUp.abort();
    await Promise.all(gone);
    await until(async () => (await refusedAtOnce()) === undefined);
    return slow;
  });
});

test('a key that has too much waiting is told so, and when to come back', async () => {
  await withGateClosed(async () => {
    const slow = Array.from({ length: ALONE + 100 }, () => askHeld());
    await until(async () => (await waitingAtGate()) === ALONE);
    let refused: Answer | undefined;
    await until(async () => (refused = await refusedAtOnce()) !== undefined);
    expect(refused).toMatchObject({
      status: 429,
      body: {
        errors: [
          {
            message:
              'Too many requests of this credential wait for their turn. Ask for less at once, or try again in a few seconds.',
            extensions: { code: 'RATE_LIMITED' },
          },
        ],
      },
    });
    expect(refused?.headers.get('retry-after')).toBe('2');
    expect(await askOther()).toMatchObject({ status: 200 });
    return slow;
  });
});

test('a request that gets no turn pays nothing of its cost', async () => {
  // All is asked within one minute of the budgets.
  const clock = holdClock();
  const asking = withGateClosed(async () => {
    const slow = Array.from({ length: ALONE + 100 }, () => askHeld());
    await until(async () => (await waitingAtGate()) === ALONE);
    let refused: Answer | undefined;
    await until(async () => (refused = await refusedAtOnce()) !== undefined);
    const before = costLeft(refused);
    for (let time = 0; time < 3; time += 1)
      refused = await post(served, `{ held${(asked += 1)}: held }`);
    expect(refused).toMatchObject({ status: 429 });
    expect(before).toMatch(/^\d+$/);
    expect(costLeft(refused)).toBe(before);
    return slow;
  });
  await asking.finally(() => clock.release());
});

test.each([2, 3])('one key takes not all of %i exports that there may be at once', async (most) => {
  // All is asked within one minute of the budgets.
  const clock = holdClock();
  const database = await createTestDatabase();
  await givenPublication(database.knex);
  const files = await serveTest({
    product: true,
    database,
    config: { EXPORT_CONNECTIONS: most, RATE_REQUESTS: 6_000, RATE_COST: 30_000_000 },
  });
  const { key } = await createKey(database.knex, { name: 'other', rights: 'marts:read' });
  const file = (credential: string) =>
    fetch(`${files.url}/export/financing.csv`, { headers: { 'x-api-key': credential } });
  const session = await database.knex.transaction();
  try {
    await session.raw('lock table gold.financing in access exclusive mode');
    const own = Array.from({ length: most - 1 }, () => file(files.key));
    await until(async () => {
      const { rows } = await database.knex.raw<{ rows: unknown[] }>(
        `select from pg_locks where relation = 'gold.financing'::regclass and not granted`,
      );
      return rows.length === most - 1;
    });
    const [first, second] = [await file(files.key), await file(files.key)];
    for (const refused of [first, second]) {
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
      expect(await refused.json()).toMatchObject({
        errors: [{ extensions: { code: 'RATE_LIMITED' } }],
      });
    }
    // Who gets no file pays for none.
    expect(costLeft(second)).toBe(costLeft(first));
    const others = file(key);
    await session.commit();
    expect((await Promise.all([...own, others])).map(({ status }) => status)).toEqual(
      Array.from({ length: most }, () => 200),
    );
  } finally {
    if (!session.isCompleted()) await session.rollback();
    await files.stop();
    clock.release();
  }
});
