import { createKey } from '../../src/api/access/keys/keys';
import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { holdPublication, lockHolder, rowsOfBronze, until } from '../faults/support';
import { post } from '../api/server/support';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { techorda, type Started } from '../support/programs/runCommand';
import { change, dumpLine, loadRecords, reportRow } from '../support/databases/warehouse';

const LATE = 'The end took longer than 10 seconds';

let warehouse: TestDatabase;
beforeEach(async () => {
  warehouse = await createTestDatabase();
});
afterEach(() => warehouse.drop());

const begin = (...args: readonly string[]) =>
  techorda(args, { DATABASE_URL: warehouse.url, PORT: '0' });

const report = (id: number) => change(reportRow(id, { service_request_id: id }), { offset: id });

async function endedBySigterm(running: Started, code: number): Promise<void> {
  running.child.kill('SIGTERM');
  expect(await running.ended).toBe(code);
  expect(running.said()).toContain('SIGTERM: ending; ');
  expect(running.said()).not.toContain(LATE);
}

const runsOf = async () =>
  await warehouse.knex('refresh.runs').orderBy('run_id').pluck<string[]>('status');

test('a refresh and a worker that are told to end in the midst of a run roll it back, and free the lock', async () => {
  await loadRecords(warehouse.knex, [report(1)]);
  const hold = await holdPublication(warehouse.url);
  const underWay = async () => (await lockHolder(warehouse.knex)) !== undefined;

  const command = begin('refresh');
  await until(async () => (await underWay()) && (await runsOf()).length === 1);
  await endedBySigterm(command, 143);
  expect(command.said()).toContain('Ended; what was not finished is rolled back.');
  await until(async () => !(await underWay()));

  // The worker asks for a refresh as it starts.
  const worker = begin('worker');
  await until(async () => (await underWay()) && (await runsOf()).length === 2);
  await endedBySigterm(worker, 0);
  await until(async () => !(await underWay()));
  await hold.end();

  expect(await warehouse.knex('refresh.data_versions')).toEqual([]);
  expect((await refresh(warehouse.knex, { reason: 'next' })).status).toBe('PUBLISHED');
  expect(await runsOf()).toEqual(['FAILED', 'FAILED', 'PUBLISHED']);
});

test('a load that is told to end leaves whole batches, and the same dump adds the rest', async () => {
  const loading = begin('ingest', '-');
  const lines = Array.from({ length: 6_000 }, (_, index) => `${dumpLine(report(index + 1))}\n`);
  // Its input does not end: it waits in the midst of a load.
  loading.child.stdin?.write(lines.join(''));
  await until(async () => (await rowsOfBronze(warehouse.knex)) > 0);
  await endedBySigterm(loading, 143);
  const { rows } = await warehouse.knex.raw<{ rows: { whole: boolean }[] }>(
    `select events = (select count(*) from bronze.service_report_cdc) as whole
     from bronze.progress where table_name = 'service_report'`,
  );
  expect(rows).toEqual([{ whole: true }]);
  const again = begin('ingest', '-');
  again.child.stdin?.end(lines.join(''));
  expect(await again.ended).toBe(0);
  expect(await rowsOfBronze(warehouse.knex)).toBe(lines.length);
});

test('an API that is told to end in the midst of an answer ends all the same', async () => {
  await loadRecords(warehouse.knex, [report(1)]);
  await refresh(warehouse.knex, { reason: 'first' });
  const { key } = await createKey(warehouse.knex, { name: 'test', rights: 'marts:read' });
  const serving = begin('serve');
  await serving.says(/The API listens on/);
  const url = /listens on (\S+)/.exec(serving.said())?.[1] ?? '';
  await warehouse.knex.transaction(async (holds) => {
    await holds.raw('lock table gold.financing in access exclusive mode');
    const asked = post({ url, key }, '{ financing(first: 1) { nodes { id } } }').catch(
      () => undefined,
    );
    await until(async () => {
      const { rows } = await warehouse.knex.raw<{ rows: unknown[] }>(
        `select from pg_locks where not granted and relation = 'gold.financing'::regclass`,
      );
      return rows.length > 0;
    });
    await endedBySigterm(serving, 0);
    await asked;
  });
});
