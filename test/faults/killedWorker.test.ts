import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { runTypeScript } from '../support/programs/childProcess';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { allRows, loadLines } from '../support/databases/warehouse';
import {
  figure,
  lockHolder,
  pendingEvents,
  realLines,
  rowsOfBronze,
  rowsWithoutPseudonyms,
  thorough,
  until,
} from './support';
import { supportProgram } from '../support/places';

const KILLS = thorough ? Number(process.env['FAULTS_KILLS'] ?? 100) : 4;
const program = supportProgram('runWorker');

let warehouse: TestDatabase;
let folder: string;

beforeAll(async () => {
  warehouse = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'techorda-faults-'));
});
afterAll(async () => {
  await warehouse.drop();
  await rm(folder, { recursive: true });
});

const runsSoFar = async () =>
  Number((await warehouse.knex('refresh.runs').count('* as count').first())?.['count']);

test(
  `a worker that is killed ${KILLS} times while it loads and refreshes loses and doubles nothing`,
  async () => {
    const lines = realLines(thorough ? 0.1 : 0.02);
    const file = join(folder, 'dump');
    let longestLock = 0;
    let longestStart = 0;
    let killedInRun = 0;
    let killedInLoad = 0;
    const begun = performance.now();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      // Each round knows some more of the dump, so that there is always something to load and to refresh.
      const known = Math.ceil((lines.length * kill) / (KILLS + 1));
      await writeFile(file, lines.slice(0, known).join('\n'));
      const before = await runsSoFar();
      const worker = runTypeScript(program, [warehouse.url, file]);
      let loaded = false;
      const loading = worker.line(/^loaded/).then(
        () => (loaded = true),
        () => undefined,
      );
      await worker.line(/^waits/);
      const started = performance.now();
      // In every other round only once a run is under way.
      if (kill % 2 === 0) {
        await until(async () => (await runsSoFar()) > before);
        longestStart = Math.max(longestStart, performance.now() - started);
      }
      await sleep(Math.random() * (thorough ? 1_200 : 400));
      if ((await lockHolder(warehouse.knex)) !== undefined) killedInRun += 1;
      if (!loaded) killedInLoad += 1;
      worker.process.kill('SIGKILL');
      const killed = performance.now();
      await worker.ended;
      await loading;
      await until(async () => (await lockHolder(warehouse.knex)) === undefined);
      longestLock = Math.max(longestLock, performance.now() - killed);
    }

    await writeFile(file, lines.join('\n'));
    const last = runTypeScript(program, [warehouse.url, file]);
    await last.line(/^loaded/);
    await until(async () => (await pendingEvents(warehouse.knex)) === 0, 60);
    last.process.kill('SIGTERM');
    await last.ended;

    expect(await rowsOfBronze(warehouse.knex)).toBe(lines.length);
    // Numbered without a gap: what is pending is told by a subtraction.
    const { rows: numbered } = await warehouse.knex.raw<{ rows: unknown[] }>(
      `select from bronze.progress where table_name = 'service_report'
         and events = (select max(event_no) from bronze.service_report_cdc)
         and events = (select count(*) from bronze.service_report_cdc)`,
    );
    expect(numbered).toHaveLength(1);
    const rows = await allRows(warehouse.knex);
    await refresh(warehouse.knex, { reason: 'rebuild', full: true });
    expect(await allRows(warehouse.knex)).toEqual(rows);

    const undisturbed = await createTestDatabase();
    try {
      await loadLines(undisturbed.knex, lines);
      await refresh(undisturbed.knex, { reason: 'undisturbed' });
      expect(await rowsWithoutPseudonyms(warehouse.knex)).toEqual(
        await rowsWithoutPseudonyms(undisturbed.knex),
      );
    } finally {
      await undisturbed.drop();
    }
    // No run is left open, and none that published says that it did not.
    const odd = await warehouse
      .knex('refresh.runs')
      .whereRaw(`status = 'RUNNING' or (status = 'PUBLISHED') <> (data_version_id is not null)`);
    expect(odd).toEqual([]);
    figure(
      `${KILLS} kills in ${((performance.now() - begun) / 60_000).toFixed(1)} min, ${killedInRun} of them in the midst of a run and ${killedInLoad} of a load: the lock was free after at most ${Math.round(longestLock)} ms, the next run began within ${Math.round(longestStart)} ms of its worker's start`,
    );
  },
  thorough ? 1_800_000 : 300_000,
);

test('a worker takes over the refresh of one that was killed, though the queue would wait for hours', async () => {
  const report = realLines(0.01);
  await loadLines(warehouse.knex, report);
  const survivor = runTypeScript(program, [warehouse.url]);
  await survivor.line(/^waits/);
  // The job of a worker that is no more.
  await warehouse.knex.raw(
    `select graphile_worker.add_job('refresh', '{"reason": "lost"}', job_key => 'lost');
     update graphile_worker._private_jobs set locked_at = now() - interval '6 seconds', locked_by = 'dead'
     where key = 'lost'`,
  );
  await until(async () => {
    const lost = await warehouse.knex('refresh.runs').where({ reason: 'lost' });
    return lost.length > 0;
  });
  survivor.process.kill('SIGTERM');
  await survivor.ended;
});
