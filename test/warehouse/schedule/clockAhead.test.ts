import { pino } from 'pino';
import { forgetClearBins } from '../../../src/api/access/ledger/clearBinCounts';
import { createKey, listKeys } from '../../../src/api/access/keys/keys';
import { noteKeyUses } from '../../../src/api/access/keys/keyUses';
import { mendQueue } from '../../../src/warehouse/schedule/clockAhead';
import { watchClock } from '../../../src/warehouse/schedule/clockSteps';
import { startWorker, type Worker } from '../../../src/warehouse/schedule/worker';
import { until } from '../../faults/support';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;

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

const runs = async () =>
  await warehouse
    .knex('refresh.runs')
    .orderBy('run_id')
    .select<{ reason: string; status: string }[]>('reason', 'status');

/** Starts a worker; returns the warnings of its log. */
async function work(schedule: string): Promise<readonly string[]> {
  const said: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => said.push(line) });
  worker = await startWorker({ databaseUrl: warehouse.url, schedule, log });
  return said;
}

/** What a schedule leaves behind that ran while the clock was a year ahead. */
async function ranAhead(): Promise<void> {
  await warehouse.knex.raw(
    `insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
     values ('refresh', now() - interval '1 day', now() + interval '1 year')`,
  );
}

const load = () =>
  loadRecords(warehouse.knex, [change(reportRow(1, { service_request_id: 1 }), { offset: 1 })]);

test('a schedule that ran last while the clock was a year ahead goes on, and the log says so', async () => {
  await load();
  await ranAhead();
  const now = Date.now();
  jest.useFakeTimers({
    now: now - ((now + SECOND) % MINUTE),
    advanceTimers: true,
    doNotFake: [
      ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
      ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
      ...(['setTimeout', 'clearTimeout'] as const),
    ],
  });
  const said = await work('* * * * *');
  expect(said.join('')).toMatch(/The schedule of refresh ran last at 20.*, which is in the future/);
  await until(async () => (await runs())[0]?.status === 'PUBLISHED', 90_000);
  expect(await runs()).toEqual([{ reason: 'schedule', status: 'PUBLISHED' }]);
}, 120_000);

test('jobs that were put off, or taken, while the clock was ahead run now', async () => {
  await load();
  await warehouse.knex.raw(
    `select graphile_worker.add_job('refresh', '{"reason":"late"}'::json, run_at => now() + interval '1 year');
     select graphile_worker.add_job('refresh', '{"reason":"taken"}'::json, job_key => 'taken');
     update graphile_worker._private_jobs set locked_at = now() + interval '1 year', locked_by = 'dead'
     where key = 'taken'`,
  );
  await work('0 0 1 1 0');
  await until(async () => (await runs()).length === 2);
  expect((await runs()).map(({ reason }) => reason).sort()).toEqual(['late', 'taken']);
});

test('what is due and what is as it should be is left alone', async () => {
  await warehouse.knex.raw(
    `insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
     values ('refresh', now() - interval '1 day', now());
     select graphile_worker.add_job('refresh', '{}'::json, run_at => now() + interval '3 minutes')`,
  );
  expect(await mendQueue(warehouse.knex)).toEqual([]);
});

test('a clock that is set while the process runs is noticed, and one that merely goes is not', () => {
  let steady = 0;
  let ofDay = Date.parse('2026-12-01T10:00:00Z');
  const steps: number[] = [];
  const watch = watchClock((milliseconds) => steps.push(milliseconds), {
    ofDay: () => ofDay,
    steady: () => steady,
  });
  const after = (time: number, set = 0) => {
    steady += time;
    ofDay += time + set;
    watch.look();
  };
  try {
    after(HOUR);
    after(15 * SECOND, 2 * SECOND);
    expect(steps).toEqual([]);
    after(15 * SECOND, YEAR);
    after(HOUR);
    after(15 * SECOND, -YEAR);
    expect(steps).toEqual([YEAR + 2 * SECOND, -YEAR]);
  } finally {
    watch.stop();
  }
});

test("a key's last use and the counts of clear BINs come back from the future", async () => {
  const { knex } = warehouse;
  const { id } = await createKey(knex, { name: 'one', rights: 'marts:read' });
  const now = Date.now();
  let clock = now + YEAR;
  const uses = noteKeyUses(
    knex,
    (error) => expect(error).toBeUndefined(),
    () => clock,
  );
  uses.note(id);
  await knex.raw(
    `insert into access.key_uses (key_id, last_used_at) values (?, now() + interval '1 year')`,
    [id],
  );
  // The clock is set right, and the key is used again.
  clock = now;
  uses.note(id);
  await uses.close();
  const [key] = await listKeys(knex);
  expect(Math.abs(Date.parse(key?.lastUsedAt ?? '') - now)).toBeLessThan(MINUTE);

  const hour = Math.floor(now / HOUR);
  await knex('access.clear_bin_counts').insert(
    [hour - 2, hour, hour + 9_000].map((hour) => ({ caller: id, hour, rows: 9_999 })),
  );
  await forgetClearBins(knex, now);
  expect(await knex('access.clear_bin_counts').pluck('hour')).toEqual([String(hour)]);
});
