import { once } from 'node:events';
import { get, request, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { createKey, revokeKey } from '../../../../src/api/access/keys/keys';
import { readLedger } from '../../../../src/api/access/ledger/readLedger';
import { withSession } from '../../../../src/ground/database/session';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { fetchJson, serveTest, until, type ServedDatabase } from '../support';

/** So many rows are more than what sockets keep for a reader that does not read. */
const MANY = 150_000;

let database: TestDatabase;
/** Servers over one database, as processes are: a key is revoked in none of them. */
let served: readonly ServedDatabase[];
/** One without the compiled way. */
let resolved: ServedDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 8 });
  const { knex } = database;
  await givenPublication(knex);
  await givenRows(knex, 'gold.financing', [{ year: 2024 }]);
  await knex.raw(
    `insert into gold.employees (report_id, service_request_id, year, report_type, superseded, company_name)
     select no, no, 2024, 'yearly', false, repeat(md5(no::text), 6) from generate_series(1, ?::integer) as no`,
    [MANY],
  );
  await knex.raw('analyze gold.employees');
  await givenRows(
    knex,
    'gold.tax_benefits',
    Array.from({ length: 1_000 }, () => ({ company_name: 'Алма'.repeat(5_000) })),
  );
  served = [
    await serveTest({ product: true, database }),
    await serveTest({ product: true, database, config: { ANSWER_CACHE_BYTES: 0 } }),
  ];
  resolved = await serveTest({ product: true, database, compiled: false });
});
afterAll(async () => {
  for (const each of [resolved, ...served]) await each.stop();
});

const keyWith = (wish: Partial<Parameters<typeof createKey>[1]> = {}) =>
  createKey(database.knex, { name: 'reader', rights: 'marts:read', ...wish });

/** Begins to read, and takes no more than the headers. */
async function begun(url: string, key: string, headers = {}): Promise<IncomingMessage> {
  const asked = get(url, { headers: { authorization: `Bearer ${key}`, ...headers } });
  asked.on('error', () => undefined);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  closing.set(response, new Promise((resolve) => void response.once('close', resolve)));
  return response;
}

/** When each has ended, which it may have before anybody reads on. */
const closing = new WeakMap<IncomingMessage, Promise<unknown>>();

/** Reads what there is, and tells whether it was the whole. */
async function rest(response: IncomingMessage): Promise<{ whole: boolean; bytes: Buffer }> {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  await closing.get(response);
  return { whole: response.complete, bytes: Buffer.concat(chunks) };
}

const broken = async ({ url }: ServedDatabase) => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(
    /^techorda_broken_answers_total\{reason="credential_ended"\} (\d+)$/m.exec(text)?.[1] ?? 0,
  );
};

const refusalsOf = (keyId: string) => readLedger(database.knex, { caller: keyId });

async function copies(): Promise<number> {
  const { rows } = await database.knex.raw<{ rows: { count: number }[] }>(
    `select count(*)::integer as count from pg_stat_activity
     where datname = current_database() and query like 'copy (%' and state <> 'idle'`,
  );
  return rows[0]?.count ?? 0;
}

test.each([
  ['CSV', 'employees.csv', {}],
  ['NDJSON', 'employees.ndjson', {}],
  ['packed CSV', 'employees.csv', { 'accept-encoding': 'gzip' }],
])(
  'a file of a revoked key breaks off at once in every process, and not as if it were whole: %s',
  async (_, path, headers) => {
    for (const each of served) {
      const before = await broken(each);
      const { id, key } = await keyWith({ name: `file ${path} ${JSON.stringify(headers)}` });
      const response = await begun(`${each.url}/export/${path}`, key, headers);
      expect(response.statusCode).toBe(200);
      await revokeKey(database.knex, id);
      // It is ended before anybody reads on.
      await until(async () => (await copies()) === 0);
      const { whole, bytes } = await rest(response);
      expect(whole).toBe(false);
      expect(bytes.length).toBeLessThan(20_000_000);
      if ('accept-encoding' in headers) expect(() => gunzipSync(bytes)).toThrow();
      await until(async () => (await broken(each)) === before + 1);
      await until(async () => (await refusalsOf(id)).length === 1);
      expect(await refusalsOf(id)).toMatchObject([{ kind: 'REFUSED', subject: 'UNAUTHENTICATED' }]);
    }
  },
);

test('so does the file of a key that ends by itself while it is read', async () => {
  for (const each of served) {
    const { key } = await keyWith({ expires: new Date(Date.now() + 1_500).toISOString() });
    const response = await begun(`${each.url}/export/employees.csv`, key);
    expect((await rest(await paused(response))).whole).toBe(false);
  }
});

/** Not read until the database does no more for it. */
async function paused(response: IncomingMessage): Promise<IncomingMessage> {
  await until(async () => (await copies()) === 0);
  return response;
}

test('a file that goes on keeps its key', async () => {
  const [each] = served;
  const { key } = await keyWith();
  const other = await keyWith();
  const response = await begun(`${each?.url}/export/employees.csv`, key);
  await revokeKey(database.knex, other.id);
  await pause(200);
  const { whole, bytes } = await rest(response);
  expect(whole).toBe(true);
  expect(bytes.toString().split('\r\n').length).toBe(MANY + 2);
});

test.each([
  ['rows', '{ financing { nodes { year } } }'],
  ['groups', '{ financingGroups(by: [YEAR]) { nodes { rows } } }'],
  ['a search', '{ companySearch(text: "тоо") { nodes { name } } }'],
])('a slow query for %s is ended with its key, and tells nothing', async (_, query) => {
  for (const each of [...served, resolved]) {
    const { id, key } = await keyWith();
    await withSession(database.knex, async (session) => {
      await session.query('begin');
      await session.query(
        'lock table gold.financing, gold.rollups, silver.companies in access exclusive mode',
      );
      const answer = fetchJson(`${each.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify({ query }),
      });
      await until(async () => (await waiting()) > 0);
      await revokeKey(database.knex, id);
      expect(await answer).toMatchObject({
        status: 401,
        body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      });
      await until(async () => (await waiting()) === 0);
      await session.query('rollback');
    });
  }
});

async function waiting(): Promise<number> {
  const { rows } = await database.knex.raw<{ rows: { count: number }[] }>(
    `select count(*)::integer as count from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}

test('a file that has not begun is refused in words', async () => {
  const [each] = served;
  const { id, key } = await keyWith();
  await withSession(database.knex, async (session) => {
    await session.query('begin');
    await session.query('lock table gold.financing in access exclusive mode');
    const answer = fetchJson(`${each?.url}/export/financing.csv`, {
      headers: { 'x-api-key': key },
    });
    await until(async () => (await waiting()) > 0);
    await revokeKey(database.knex, id);
    expect(await answer).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    await session.query('rollback');
  });
});

test('a long answer that is slowly read breaks off with its key', async () => {
  const query = '{ taxBenefits(first: 1000) { nodes { companyName } } }';
  for (const each of [...served, resolved]) {
    const { id, key } = await keyWith();
    const asked = request(`${each.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
    });
    asked.on('error', () => undefined);
    asked.end(JSON.stringify({ query }));
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    closing.set(response, new Promise((resolve) => void response.once('close', resolve)));
    expect(response.statusCode).toBe(200);
    await revokeKey(database.knex, id);
    await pause(300);
    expect((await rest(response)).whole).toBe(false);
  }
});
