import type { PoolClient } from 'pg';
import { pino } from 'pino';
import { queuePool } from '../../../src/ground/database/queue/queuePool';
import { requestRefresh } from '../../../src/ground/database/queue/refreshQueue';
import { startWorker } from '../../../src/warehouse/schedule/worker';
import { holdPublication, lockHolder } from '../../faults/support';
import { until } from '../../api/server/support';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

const BREAKING = JSON.stringify({ migrationNumber: 999, breaking: true });

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const notify = (channel: string, message: string, times = 1) =>
  database.knex.raw(`select pg_notify(?, ? || repeat(' ', no)) from generate_series(1, ?) no`, [
    channel,
    message,
    times,
  ]);

test('who says that the tables of the queue are of another release ends no refresh', async () => {
  const { knex, url } = database;
  await loadRecords(knex, [change(reportRow(1), { offset: 1 })]);
  const worker = await startWorker({
    databaseUrl: url,
    schedule: '0 0 1 1 *',
    log: pino({ level: 'silent' }),
  });
  const hold = await holdPublication(url);
  await requestRefresh(knex, { reason: 'test', full: false });
  await until(async () => (await lockHolder(knex)) !== undefined);
  await notify('worker:migrate', BREAKING, 20);
  await notify('jobs:insert', 'x');
  await hold.end();
  await until(async () => (await knex('refresh.runs').where({ status: 'PUBLISHED' })).length === 1);
  expect(await knex('refresh.runs').count('* as runs')).toEqual([{ runs: '1' }]);
  await worker.stop();
  expect(process.exitCode).toBeUndefined();
});

describe('a client of the queue', () => {
  let client: PoolClient;
  let end: () => Promise<void>;
  let heard: (string | undefined)[];
  beforeEach(async () => {
    const pool = queuePool(database.url, 1);
    client = await pool.connect();
    heard = [];
    client.on('notification', ({ channel, payload }) => heard.push(`${channel} ${payload}`));
    await client.query('listen "worker:migrate"; listen "jobs:insert"');
    end = async () => {
      client.release();
      await pool.end();
    };
  });
  afterEach(() => end());

  test('hears of a release that is there, once, whatever was said of it', async () => {
    await notify('worker:migrate', BREAKING, 50);
    await database.knex.raw(
      'insert into graphile_worker.migrations (id, breaking) values (1000, true)',
    );
    await notify('worker:migrate', 'x', 50);
    await until(() => heard.length > 0);
    await notify('worker:migrate', BREAKING);
    await notify('jobs:insert', '{}');
    await until(() => heard.length > 1);
    expect(heard).toEqual([
      'worker:migrate {"migrationNumber":1000,"breaking":true}',
      'jobs:insert ',
    ]);
  });

  test('hears of jobs a few times, however often it is said', async () => {
    await notify('jobs:insert', '{"count": 1000000}', 2_000);
    await until(() => heard.length > 1);
    await client.query('select');
    expect(heard.length).toBeLessThan(20);
    expect(new Set(heard)).toEqual(new Set(['jobs:insert ']));
  });
});
