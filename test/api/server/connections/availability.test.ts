import { connect } from '../../../../src/ground/database/connecting/connect';
import { migrate } from '../../../../src/ground/database/migrating/migrate';
import type { Request } from '../../../../src/api/resolvers/request/request';
import { createTestDatabase } from '../../../support/databases/database';
import { swallowingProxy } from './swallowingProxy';
import { fetchJson, post, publishVersion, serveTest, type ServedDatabase } from '../support';

const ready = ({ url }: ServedDatabase) => fetchJson(`${url}/readyz`);

/** A field that needs the database. */
const reading = {
  Query: {
    one: async (_source: unknown, _arguments: unknown, context: Request) => {
      const { database } = await context.snapshot();
      await database.raw('select 1');
      return 1;
    },
  },
};

test('readiness waits for a publication, and says so', async () => {
  const served = await serveTest();
  try {
    expect(await fetchJson(`${served.url}/healthz`)).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    expect(await ready(served)).toMatchObject({
      status: 503,
      body: { status: 'unready', reason: 'No data has been published yet.' },
    });
    const id = await publishVersion(served.database);
    expect(await ready(served)).toMatchObject({
      status: 200,
      body: { status: 'ready', dataVersion: { id } },
    });
    await served.database.knex.raw(
      'delete from techorda_migrations where name = (select max(name) from techorda_migrations)',
    );
    expect(await ready(served)).toMatchObject({
      status: 503,
      body: { reason: 'The database has not been migrated to the tables of this version.' },
    });
  } finally {
    await served.stop();
  }
});

test('before migrations a request is told that the service is not ready, not that it failed', async () => {
  const database = await createTestDatabase({ empty: true });
  await migrate(database.knex);
  const served = await serveTest({ database });
  try {
    await database.knex.raw('drop schema access cascade');
    const answer = await post(served, '{ one }');
    expect(answer.status).toBe(503);
    expect(answer.body.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
  } finally {
    await served.stop();
  }
});

test('without its database the API says UNAVAILABLE quickly, lives, and recovers by itself', async () => {
  const served = await serveTest({
    resolvers: reading,
    // For up to a second a known answer would still be given.
    config: { ANSWER_CACHE_BYTES: 0 },
  });
  const { pathname } = new URL(served.database.url);
  const name = pathname.slice(1);
  const elsewhere = new URL(served.database.url);
  elsewhere.pathname = '/postgres';
  const server = connect(elsewhere.href, { poolSize: 1, applicationName: 'techorda test' });
  try {
    await publishVersion(served.database);
    expect(await post(served, '{ one }')).toMatchObject({ status: 200 });

    await server.raw('alter database ?? allow_connections false', [name]);
    await server.raw('select pg_terminate_backend(pid) from pg_stat_activity where datname = ?', [
      name,
    ]);
    for (let round = 0; round < 3; round += 1) {
      const begun = performance.now();
      const answer = await post(served, '{ one }');
      // Before a pool of the usual patience would give up.
      expect(performance.now() - begun).toBeLessThan(9_500);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('2');
      expect(answer.body.errors).toMatchObject([
        {
          message: 'The database does not answer at the moment. Try again in a few seconds.',
          extensions: { code: 'UNAVAILABLE' },
        },
      ]);
    }
    expect(await fetchJson(`${served.url}/healthz`)).toMatchObject({ status: 200 });
    expect(await ready(served)).toMatchObject({
      status: 503,
      body: { reason: 'The database does not answer.' },
    });
    const metrics = await (await fetch(`${served.url}/metrics`)).text();
    expect(metrics).toMatch(/techorda_database_up 0/);
    // 0 would be good news.
    for (const metric of [
      'data_version_age_seconds',
      'freshness_lag_seconds',
      'pending_events',
      'refresh_running',
      'refresh_held',
      'reconciliation_age_seconds',
      'reconciliation_differences',
    ]) {
      expect(metrics).toMatch(new RegExp(`^techorda_${metric} Nan$`, 'm'));
    }

    await server.raw('alter database ?? allow_connections true', [name]);
    expect(await post(served, '{ one }')).toMatchObject({ status: 200 });
  } finally {
    await server.raw('alter database ?? allow_connections true', [name]);
    await server.destroy();
    await served.stop();
  }
});

test('a network that swallows everything makes the API say so, and is forgiven afterwards', async () => {
  const database = await createTestDatabase();
  const proxy = await swallowingProxy(database.url);
  const served = await serveTest({
    database,
    databaseUrl: proxy.url,
    poolSize: 2,
    resolvers: reading,
    config: { ANSWER_CACHE_BYTES: 0 },
  });
  try {
    await publishVersion(database);
    expect(await post(served, '{ one }')).toMatchObject({ status: 200 });
    proxy.swallow();
    const begun = performance.now();
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(served, '{ one }')));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    // The network never says that it swallows: who asks without a limit waits for ever.
    expect(performance.now() - begun).toBeLessThan(30_000);
    proxy.relent();
    const statuses: number[] = [];
    while (statuses.at(-1) !== 200 && performance.now() - begun < 90_000) {
      statuses.push((await post(served, '{ one }')).status);
    }
    expect(statuses.at(-1)).toBe(200);
  } finally {
    await served.stop();
    proxy.close();
  }
});

test('a connection that breaks as a request begins its transaction is UNAVAILABLE to it', async () => {
  const database = await createTestDatabase();
  const proxy = await swallowingProxy(database.url);
  const served = await serveTest({
    database,
    databaseUrl: proxy.url,
    resolvers: reading,
    // For up to a second a known answer would still be given.
    config: { ANSWER_CACHE_BYTES: 0 },
  });
  try {
    await publishVersion(database);
    expect(await post(served, '{ one }')).toMatchObject({ status: 200 });
    proxy.swallow();
    const asking = post(served, '{ one }');
    await new Promise((resolve) => setTimeout(resolve, 500));
    proxy.close();
    const { status, body, headers } = await asking;
    expect([status, body.errors?.[0]?.extensions]).toEqual([503, { code: 'UNAVAILABLE' }]);
    expect(headers.get('retry-after')).toBe('2');
  } finally {
    await served.stop();
  }
});
