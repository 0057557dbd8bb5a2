import { pino } from 'pino';
import { requestRefresh } from '../../src/ground/database/queue/refreshQueue';
import { startWorker } from '../../src/warehouse/schedule/worker';
import type { Request } from '../../src/api/resolvers/request/request';
import { post, publishVersion, serveTest } from '../api/server/support';
import { loadLines } from '../support/databases/warehouse';
import { figure, pendingEvents, realLines, until } from './support';

/** Whoever holds it lets slow readers wait. */
const GATE = 6_006;
const waiting = async (_source: unknown, _arguments: unknown, { snapshot }: Request) => {
  const { database } = await snapshot();
  await database.raw('select pg_advisory_xact_lock_shared(?)', [GATE]);
  return 1;
};
const reading = async (_source: unknown, _arguments: unknown, { snapshot }: Request) => {
  const { database } = await snapshot();
  await database.raw('select 1');
  return 1;
};

test('where slow readers hold every connection that queries may hold, a refresh runs and others are told to come back', async () => {
  const served = await serveTest({
    typeDefs: 'type Query { slow: Int one: Int }',
    resolvers: { Query: { slow: waiting, one: reading } },
    poolSize: 3,
  });
  const worker = await startWorker({
    databaseUrl: served.database.url,
    schedule: '0 0 1 1 0',
    log: pino({ level: 'silent' }),
  });
  const gate = await served.database.knex.transaction();
  try {
    await gate.raw('select pg_advisory_xact_lock(?)', [GATE]);
    await publishVersion(served.database);
    await loadLines(served.database.knex, realLines(0.01).slice(0, 1_000));
    // Of like questions the first may answer the others.
    const slow = [1, 2].map((number) => post(served, `{ slow${number}: slow }`));
    await until(async () => {
      const { rows } = await served.database.knex.raw<{ rows: unknown[] }>(
        `select from pg_locks where locktype = 'advisory' and not granted and objid = ?
           and database = (select oid from pg_database where datname = current_database())`,
        [GATE],
      );
      return rows.length === 2;
    });
    const asked = performance.now();
    await requestRefresh(served.database.knex, { reason: 'test', full: false });
    const others = await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        const begun = performance.now();
        const { status, body, headers } = await post(served, `{ one${number}: one }`);
        const milliseconds = performance.now() - begun;
        return { status, code: body.errors?.[0]?.extensions['code'], headers, milliseconds };
      }),
    );
    for (const { status, code, headers } of others) {
      expect([status, code, headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '2']);
    }
    await until(async () => (await pendingEvents(served.database.knex)) === 0);
    const refreshed = performance.now() - asked;
    const slowest = Math.max(...others.map(({ milliseconds }) => milliseconds));
    await gate.rollback();
    for (const { status } of await Promise.all(slow)) expect(status).toBe(200);
    expect(await post(served, '{ one }')).toMatchObject({ status: 200 });
    figure(
      `every connection for queries held by slow readers: others got their 503 after at most ${Math.round(slowest)} ms; a refresh asked for meanwhile had published after ${Math.round(refreshed)} ms`,
    );
  } finally {
    if (!gate.isCompleted()) await gate.rollback();
    await worker.stop();
    await served.stop();
  }
});
