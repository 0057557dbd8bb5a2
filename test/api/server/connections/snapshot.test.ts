import type { Knex } from 'knex';
import { fetchJson, post, publishVersion, serveTest, until, type ServedDatabase } from '../support';

let served: ServedDatabase;
let publishInBetween = false;

async function newestVersion(database: Knex): Promise<string | undefined> {
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    'select max(data_version_id) as id from refresh.data_versions',
  );
  return rows[0]?.id;
}

beforeAll(async () => {
  served = await serveTest({
    typeDefs: `type Query { before: ID, after: ID, pid: Int, one: Int, slow: Int }`,
    resolvers: {
      Query: {
        before: async (_source, _arguments, context) =>
          newestVersion((await context.snapshot()).database),
        after: async (_source, _arguments, context) => {
          const { database } = await context.snapshot();
          if (publishInBetween) await publishVersion(served.database);
          return newestVersion(database);
        },
        pid: async (_source, _arguments, context) => {
          const { database } = await context.snapshot();
          const { rows } = await database.raw<{ rows: { pid: number }[] }>(
            'select pg_backend_pid() as pid',
          );
          return rows[0]?.pid;
        },
        one: () => 1,
        slow: async (_source, _arguments, context) =>
          (await context.snapshot()).database.raw('select pg_sleep(300)'),
      },
    },
  });
});
afterAll(() => served.stop());

/** What the server's connections hold open or run at the moment. */
async function busyConnections(): Promise<number> {
  const { rows } = await served.database.knex.raw<{ rows: { busy: number }[] }>(
    `select count(*)::integer as busy from pg_stat_activity
     where application_name = 'techorda test api' and datname = current_database()
       and (xact_start is not null or state = 'active')`,
  );
  return rows[0]?.busy ?? 0;
}

test('a request sees one version of the data while another is published', async () => {
  const id = await publishVersion(served.database);
  publishInBetween = true;
  const { body } = await post(served, '{ before after }').finally(() => {
    publishInBetween = false;
  });
  expect(body.data).toEqual({ before: id, after: id });
  expect(body.extensions?.['dataVersion']).toMatchObject({ id });
  const next = await post(served, '{ before }');
  expect(Number(next.body.data?.['before'])).toBeGreaterThan(Number(id));
});

test('all resolvers of a request share a connection', async () => {
  const { body } = await post(served, '{ a: pid b: pid c: pid d: pid }');
  expect(new Set(Object.values(body.data ?? {})).size).toBe(1);
});

test('no transaction is left open: not by answers, errors, nor syntax errors', async () => {
  for (const query of ['{ one }', '{ before }', '{ nothing }', '{ before', 'query { ... }']) {
    await post(served, query);
  }
  await fetchJson(`${served.url}/graphql?query=mutation%7Bone%7D`, {
    headers: { 'x-api-key': served.key },
  });
  await until(async () => (await busyConnections()) === 0);
});

test('more requests than connections are answered one after another', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => post(served, '{ before after pid }')),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
});

test('a caller who hangs up takes the statement along', async () => {
  const hangUp = new AbortController();
  const asked = fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': served.key },
    body: '{"query":"{ slow }"}',
    signal: hangUp.signal,
  }).catch(() => undefined);
  await until(async () => (await busyConnections()) === 1);
  hangUp.abort();
  await asked;
  await until(async () => (await busyConnections()) === 0);
});
