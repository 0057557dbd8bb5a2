import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { requestRefresh } from '../../../src/ground/database/queue/refreshQueue';
import { startWorker, type Worker } from '../../../src/warehouse/schedule/worker';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

const BURST = 50;

let warehouse: TestDatabase;
let workers: Worker[];
beforeAll(async () => {
  warehouse = await createTestDatabase({ poolSize: 8 });
  const { url: databaseUrl } = warehouse;
  // The schedule never comes: what runs was asked for.
  const options = { databaseUrl, schedule: '0 0 1 1 0', log: pino({ level: 'silent' }) };
  workers = await Promise.all([startWorker(options), startWorker(options)]);
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await warehouse.drop();
});

test('a burst of ingests becomes a few runs, one at a time over two workers, and nothing is left', async () => {
  const { knex } = warehouse;
  for (let id = 1; id <= BURST; id += 1) {
    await loadRecords(knex, [change(reportRow(id, { service_request_id: id }), { offset: id })]);
    await requestRefresh(knex, { reason: 'ingest', full: false });
  }
  const end = performance.now() + 150_000;
  for (;;) {
    const { rows } = await knex.raw<{ rows: { pending: string; waiting: string }[] }>(
      `select (select sum(events - event_no) from bronze.progress join refresh.applied using (table_name)) as pending,
         (select count(*) from graphile_worker.jobs) as waiting`,
    );
    if (rows[0]?.pending === '0' && rows[0].waiting === '0') break;
    if (performance.now() > end) throw new Error(`Still so: ${JSON.stringify(rows[0])}.`);
    await sleep(50);
  }
  const { rows: published } = await knex.raw<{ rows: unknown[] }>('select from gold.exports');
  expect(published).toHaveLength(BURST);
  const runs = await knex('refresh.runs')
    .orderBy('run_id')
    .select<{ status: string; started_at: string; finished_at: string }[]>();
  expect(runs.length).toBeLessThan(BURST);
  const { rows: overlapping } = await knex.raw<{ rows: unknown[] }>(
    `select from refresh.runs one join refresh.runs other
       on other.run_id > one.run_id and other.started_at < one.finished_at`,
  );
  expect(overlapping).toEqual([]);
});
