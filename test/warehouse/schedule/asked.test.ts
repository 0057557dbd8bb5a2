import { pino } from 'pino';
import { requestRefresh } from '../../../src/ground/database/queue/refreshQueue';
import { startWorker, type Worker } from '../../../src/warehouse/schedule/worker';
import { holdPublication, lockHolder, pendingEvents, until } from '../../faults/support';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

let warehouse: TestDatabase;
let worker: Worker | undefined;
beforeEach(async () => {
  warehouse = await createTestDatabase();
});
afterEach(async () => {
  jest.useRealTimers();
  await worker?.stop();
  worker = undefined;
  await warehouse.drop();
});

async function work(schedule: string): Promise<void> {
  const log = pino({ level: 'silent' });
  worker = await startWorker({ databaseUrl: warehouse.url, schedule, log });
}

const load = (id: number) =>
  loadRecords(warehouse.knex, [change(reportRow(id, { service_request_id: id }), { offset: id })]);

const runs = async () =>
  await warehouse
    .knex('refresh.runs')
    .orderBy('run_id')
    .select<{ reason: string; status: string }[]>('reason', 'status');

test('the schedule refreshes by itself, at its minute', async () => {
  await load(1);
  // The clock of this process goes after by so much that it is a second before its next minute.
  const now = Date.now();
  const second = 1_000;
  jest.useFakeTimers({
    now: now - ((now + second) % (60 * second)),
    advanceTimers: true,
    doNotFake: [
      ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
      ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
      ...(['setTimeout', 'clearTimeout'] as const),
    ],
  });
  await work('* * * * *');
  // A machine that is too busy to begin within that second has its turn a minute later.
  await until(async () => (await runs())[0]?.status === 'PUBLISHED', 90_000);
  expect(await runs()).toEqual([{ reason: 'schedule', status: 'PUBLISHED' }]);
});

test('what is loaded while a run is under way causes one more, however often it is asked for', async () => {
  // The schedule never comes: what runs was asked for.
  await work('0 0 1 1 0');
  await load(1);
  const hold = await holdPublication(warehouse.url);
  await requestRefresh(warehouse.knex, { reason: 'ingest', full: false });
  await until(
    async () => (await lockHolder(warehouse.knex)) !== undefined && (await runs()).length === 1,
  );
  for (const id of [2, 3, 4]) {
    await load(id);
    await requestRefresh(warehouse.knex, { reason: 'ingest', full: false });
  }
  await hold.end();
  await until(async () => {
    const { rows: waiting } = await warehouse.knex.raw<{ rows: unknown[] }>(
      'select from graphile_worker.jobs',
    );
    return waiting.length === 0;
  });
  expect(await pendingEvents(warehouse.knex)).toBe(0);
  expect((await runs()).map(({ status }) => status)).toEqual(['PUBLISHED', 'PUBLISHED']);
});
