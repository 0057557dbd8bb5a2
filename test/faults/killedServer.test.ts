import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { connect } from '../../src/ground/database/connecting/connect';
import { readServerPid } from '../../src/ground/database/embedded/postmasterFile';
import { CARELESS_SETTINGS } from '../../src/ground/database/embedded/serverSettings';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/ground/database/embedded/startEmbeddedPostgres';
import { migrate } from '../../src/ground/database/migrating/migrate';
import { requestRefresh } from '../../src/ground/database/queue/refreshQueue';
import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { runTypeScript } from '../support/programs/childProcess';
import { allRows, loadLines } from '../support/databases/warehouse';
import { askAgainAndAgain, serveProduct } from './serveProduct';
import {
  figure,
  holdPublication,
  lockHolder,
  pendingEvents,
  realLines,
  thorough,
  until,
} from './support';
import { supportProgram } from '../support/places';

const KILLS = thorough ? 20 : 2;
const program = supportProgram('runWorker');

let folder: string;
let server: EmbeddedPostgres;
let database: Knex;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'techorda-faults-'));
  // A commit must be on disk before it is one: the server is killed here.
  const settings = { ...CARELESS_SETTINGS, synchronous_commit: 'on', shared_buffers: '64MB' };
  server = await startEmbeddedPostgres({ dataDir: folder, settings });
  database = connect(server.url, { poolSize: 4, applicationName: 'techorda test' });
  await migrate(database);
});
afterAll(async () => {
  for (const close of closers) await close();
  await database.destroy();
  await server.stop();
  await rm(folder, { recursive: true });
});

/** What fails because the server is away is tried again. */
async function once<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch {
      await sleep(50);
    }
  }
}

/** Kills the whole server, which its holder starts again, or the run's own process in it, after which it recovers. */
async function kill(whole: boolean): Promise<void> {
  const pid = whole
    ? await readServerPid(join(folder, 'postgres'))
    : await lockHolder(database).catch(() => undefined);
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

test(
  `a PostgreSQL that is killed ${KILLS} times in the midst of a run costs a retry, and readers a moment`,
  async () => {
    const lines = realLines(thorough ? 0.1 : 0.02);
    await loadLines(database, lines.slice(0, 100));
    await refresh(database, { reason: 'first' });
    const product = await serveProduct(server.url);
    const worker = runTypeScript(program, [server.url]);
    await worker.line(/^waits/);
    closers.push(product.close, () => {
      worker.process.kill('SIGKILL');
      return worker.ended;
    });
    const stop = askAgainAndAgain(product, '{ financing(first: 3) { totalCount nodes { id } } }');
    let longestRetry = 0;
    for (let round = 1; round <= KILLS; round += 1) {
      const known = Math.ceil((lines.length * round) / KILLS);
      await once(() => loadLines(database, lines.slice(0, known)));
      // However soon it comes there, the run does not end before it is killed.
      const hold = await once(() => holdPublication(server.url));
      await once(() => requestRefresh(database, { reason: `round ${round}`, full: false }));
      await until(async () => (await once(() => lockHolder(database))) !== undefined);
      await sleep(Math.random() * 300);
      await kill(round % 2 === 1);
      const killed = performance.now();
      await hold.end().catch(() => undefined);
      await until(async () => (await once(() => pendingEvents(database))) === 0, 60);
      longestRetry = Math.max(longestRetry, performance.now() - killed);
    }
    const { answers, unavailable, slowestRefusal, longestOutage } = await stop();
    expect(await product.close()).not.toContain('internal error');
    worker.process.kill('SIGTERM');
    const { code } = await worker.ended;
    expect(code).toBe(0);

    const said = answers.filter(({ status }) => status !== 200);
    for (const { status, body } of said) {
      expect([status, body.errors?.[0]?.extensions['code']]).toEqual([503, 'UNAVAILABLE']);
    }
    expect(answers.at(-1)?.status).toBe(200);
    if (thorough) expect(slowestRefusal).toBeLessThan(2_000);

    const rows = await allRows(database);
    await refresh(database, { reason: 'rebuild', full: true });
    expect(await allRows(database)).toEqual(rows);
    figure(
      `PostgreSQL killed ${KILLS} times: everything was published at most ${Math.round(longestRetry)} ms after; ` +
        `${answers.length} answers, ${unavailable} of them UNAVAILABLE after at most ${Math.round(slowestRefusal)} ms; ` +
        `data again after at most ${Math.round(longestOutage)} ms`,
    );
  },
  thorough ? 900_000 : 300_000,
);
