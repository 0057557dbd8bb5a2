import fc from 'fast-check';
import { createKey } from '../../../../src/api/access/keys/keys';
import { createBudgets } from '../../../../src/api/server/budget/budgets';
import { shareBudgets } from '../../../../src/api/server/budget/shareBudgets';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { holdClock, type HeldClock } from '../../../support/clock';
import { post, serveTest } from '../support';

const MINUTE = 60_000;
const LIMITS = { requests: 5, cost: 100, lookups: 2 };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('no caller ever spends more in a minute than its budget, whatever it asks and when', () => {
  const asked = fc.record({
    caller: fc.constantFrom('a', 'b'),
    kind: fc.constantFrom('requests' as const, 'cost' as const, 'lookups' as const),
    amount: fc.nat(120),
    pause: fc.nat(MINUTE / 2),
  });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 60 }), (given) => {
      let now = 0;
      const budgets = createBudgets(LIMITS, () => now);
      const spent = new Map<string, number>();
      for (const { caller, kind, amount, pause } of given) {
        now += pause;
        const account = `${caller} ${kind} ${Math.floor(now / MINUTE)}`;
        const before = spent.get(account) ?? 0;
        const fits = before + amount <= LIMITS[kind];
        expect(budgets.spend(caller, { [kind]: amount })).toBe(fits ? undefined : kind);
        if (fits) spent.set(account, before + amount);
        expect(budgets.left(caller)[kind]).toBe(LIMITS[kind] - (spent.get(account) ?? 0));
      }
    }),
  );
});

test('a budget of nothing is no limit', () => {
  const budgets = createBudgets({ requests: 0, cost: 0, lookups: 0 });
  expect(budgets.spend('a', { requests: 1e9, cost: Number.MAX_VALUE })).toBeUndefined();
  const everything = { requests: Infinity, cost: Infinity, lookups: Infinity };
  expect(budgets.left('a')).toEqual(everything);
  const one = createBudgets({ requests: 0, cost: 7, lookups: 0 });
  expect(one.left('a')).toEqual({ ...everything, cost: 7 });
  expect(budgets.untold()).toEqual([]);
});

test('what is given back of a minute that is over makes the next one no larger', () => {
  let now = 0;
  const budgets = createBudgets(LIMITS, () => now);
  budgets.spend('a', { cost: 60 });
  const minute = budgets.minute();
  budgets.giveBack('a', { cost: 20 }, minute);
  expect(budgets.left('a').cost).toBe(LIMITS.cost - 40);
  now += MINUTE;
  budgets.giveBack('a', { cost: 40 }, minute);
  expect(budgets.left('a').cost).toBe(LIMITS.cost);
});

test('processes count together, by what they tell each other', async () => {
  let now = 1_000 * MINUTE;
  const processes = [1, 2, 3].map(() => {
    const budgets = createBudgets({ requests: 10, cost: 0, lookups: 0 }, () => now);
    return { budgets, shared: shareBudgets(database.knex, budgets) };
  });
  // Twice, as each hears what was told before it.
  const tellAll = async () => {
    for (const { shared } of [...processes, ...processes]) await shared.tell();
  };
  const spend = (index: number) => processes[index]?.budgets.spend('key', { requests: 1 });
  for (const index of [0, 0, 0, 1, 1, 1, 2, 2]) expect(spend(index)).toBeUndefined();
  await Promise.all(processes.map(({ shared }) => shared.tell()));
  await tellAll();
  expect(spend(0)).toBeUndefined();
  await tellAll();
  expect(spend(1)).toBeUndefined();
  await tellAll();
  expect(spend(2)).toBe('requests');
  now += MINUTE;
  expect(spend(2)).toBeUndefined();
  await tellAll();
  expect(spend(0)).toBeUndefined();
  now += MINUTE;
  expect(spend(0)).toBeUndefined();
  await tellAll();
  const { rows } = await database.knex.raw<{ rows: { minute: string }[] }>(
    'select distinct minute from access.spending order by minute',
  );
  expect(rows.map(({ minute }) => Number(minute))).toEqual([1_001, 1_002]);
  for (const { shared } of processes) await shared.close();
});

describe('a server', () => {
  // All is asked within one minute of the clock.
  let clock: HeldClock;
  beforeEach(() => {
    clock = holdClock();
  });
  afterEach(() => clock.release());

  const pages = {
    typeDefs: `
    type Query { rows(first: Int): RowConnection, one: Int }
    type RowConnection { nodes: [Row] }
    type Row { id: ID }`,
    resolvers: { Query: { rows: () => ({ nodes: [] }), one: () => 1 } },
  };

  test('who asks too often is told when to come back, and everybody what is left', async () => {
    const served = await serveTest({ ...pages, config: { RATE_REQUESTS: 3 } });
    const first = await post(served, '{ one }');
    expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=3;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"requests";r=2;t=\d+$/);
    expect(JSON.stringify(first.body)).not.toMatch(/left|remaining/);
    await post(served, '{ one }');
    await post(served, '{');
    const refused = await post(served, '{ one }');
    expect(refused).toMatchObject({
      status: 429,
      body: {
        errors: [
          {
            message: expect.stringMatching(
              /^This credential has asked 3 times, the most in a minute; more in \d+ seconds\.$/,
            ) as string,
            extensions: { code: 'RATE_LIMITED' },
          },
        ],
      },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit')).toMatch(/^"requests";r=0;/);
    const { key } = await createKey(served.database.knex, { name: 'other', rights: 'marts:read' });
    expect(await post({ url: served.url, key }, '{ one }')).toMatchObject({ status: 200 });
    await served.stop();
  });

  test('what could cost more than is left is refused before it is read', async () => {
    const served = await serveTest({ ...pages, config: { RATE_COST: 7_000 } });
    const answer = await post(served, '{ rows(first: 400) { nodes { id } } }');
    expect(answer.status).toBe(200);
    const { requested } = answer.body.extensions?.['cost'] as { requested: number };
    expect(answer.headers.get('ratelimit')).toContain(`"cost";r=${7_000 - requested};`);
    const refused = await post(served, '{ rows(first: 400) { nodes { id } } }');
    expect(refused).toMatchObject({
      status: 429,
      body: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
    });
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(await post(served, '{ one }')).toMatchObject({ status: 200 });
    await served.stop();
  });

  test('who may look companies up by hidden BINs cannot try all', async () => {
    const served = await serveTest({ product: true, config: { RATE_LOOKUPS: 3 } });
    const { knex } = served.database;
    await knex.raw(
      `insert into refresh.data_versions (definition_hash, demonstration, full_rebuild, changed)
     values ('test', false, false, '{}')`,
    );
    const keyOf = async (rights: string) => ({
      url: served.url,
      key: (await createKey(knex, { name: 'looks', rights })).key,
    });
    const lookUps = `{ ${[1, 2, 3, 4].map((n) => `c${n}: company(bin: "99014000038${n}") { id }`).join(' ')} }`;
    const looks = await post(await keyOf('marts:read,bin:lookup'), lookUps);
    expect(looks.body.errors).toMatchObject([
      { path: ['c4'], extensions: { code: 'RATE_LIMITED' } },
    ]);
    const searches = lookUps
      .replaceAll('company(bin:', 'companySearch(text:')
      .replaceAll('id', 'totalCount');
    const searched = await post(await keyOf('marts:read,bin:lookup'), searches);
    expect(searched.body.errors).toMatchObject([
      { path: ['c4'], extensions: { code: 'RATE_LIMITED' } },
    ]);
    for (const rights of ['marts:read', 'marts:read,bin:read,bin:lookup']) {
      expect((await post(await keyOf(rights), lookUps)).body.errors).toBeUndefined();
      expect((await post(await keyOf(rights), searches)).body.errors).toBeUndefined();
    }
    await served.stop();
  });
});
