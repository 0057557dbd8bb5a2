import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { connect } from '../../src/ground/database/connecting/connect';
import { chooseServerUser } from '../../src/ground/database/embedded/binaries/serverUser';
import { requestRefresh } from '../../src/ground/database/queue/refreshQueue';
import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { runTypeScript } from '../support/programs/childProcess';
import { currentRun, givenServerUrl } from '../support/jest/environment';
import { templateOf } from '../support/databases/runDatabases';
import { withClient, withDatabase } from '../support/databases/serverDatabases';
import { allRows, loadLines } from '../support/databases/warehouse';
import { serveProduct } from './serveProduct';
import { figure, pendingEvents, realLines, rowsOfBronze, until } from './support';
import { supportProgram } from '../support/places';

const MEGABYTES = 128;
const worker = supportProgram('runWorker');
const NO_SPACE = /No space left on device/;

/** A disk of its own, as small as we like; undefined where this user may not mount one for that server. */
function mountDisk(): string | undefined {
  if (process.getuid?.() !== 0 || givenServerUrl() !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'techorda-disk-'));
  const { status } = spawnSync('mount', [
    ...['-t', 'tmpfs', '-o', `size=${MEGABYTES}m,mode=0777`],
    ...['tmpfs', folder],
  ]);
  if (status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

const disk = mountDisk();
if (disk === undefined) {
  process.stderr.write('The full disk is not tried: this user may not mount a small one.\n');
}
afterAll(() => {
  if (disk === undefined) return;
  spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true });
});

/** A database that lies on the small disk alone, but for the server's log of changes. */
async function createDatabaseOn(folder: string): Promise<{ url: string; drop(): Promise<void> }> {
  const run = currentRun();
  const name = `${run.prefix}${randomBytes(6).toString('hex')}`;
  const { uid, gid } = await chooseServerUser(join(folder, 'postgres'));
  const place = join(folder, 'tablespace');
  spawnSync('install', ['-d', '-m', '700', '-o', String(uid), '-g', String(gid), place]);
  await withClient(run.serverUrl, async (client) => {
    await client.query(`create tablespace ${name} location '${place}'`);
    await client.query(`create database ${name} template ${templateOf(run)} tablespace ${name}`);
  });
  return {
    url: withDatabase(run.serverUrl, name),
    drop: () =>
      withClient(run.serverUrl, async (client) => {
        await client.query(`drop database ${name} with (force)`);
        await client.query(`drop tablespace ${name}`);
      }),
  };
}

async function fill(folder: string): Promise<string> {
  const ballast = join(folder, 'ballast');
  const { bavail, bsize } = await statfs(folder);
  // Where the server takes a block meanwhile, the disk is full a block earlier.
  await writeFile(ballast, Buffer.alloc(bavail * bsize)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error;
  });
  return ballast;
}

(disk === undefined ? test.skip : test)(
  'a full disk rolls back what is under way, leaves the old version served, and is got over by itself',
  async () => {
    const folder = disk ?? '';
    const { url, drop } = await createDatabaseOn(folder);
    const database = connect(url, { poolSize: 4, applicationName: 'techorda test' });
    const product = await serveProduct(url);
    const running = runTypeScript(worker, [url]);
    try {
      const lines = realLines(0.02);
      const third = Math.floor(lines.length / 3);
      await loadLines(database, lines.slice(0, third));
      await refresh(database, { reason: 'first' });
      const question = '{ employees(first: 5) { totalCount nodes { id } } }';
      const old = await product.ask(question);
      expect(old.status).toBe(200);
      await loadLines(database, lines.slice(third, 2 * third));
      const loaded = await rowsOfBronze(database);

      const ballast = await fill(folder);
      await expect(refresh(database, { reason: 'full disk' })).rejects.toThrow(NO_SPACE);
      await expect(loadLines(database, lines.slice(2 * third))).rejects.toThrow(NO_SPACE);
      const during = await product.ask(question);
      expect([during.status, during.text]).toEqual([200, old.text]);
      await requestRefresh(database, { reason: 'worker', full: false }).catch(() => undefined);

      const emptied = performance.now();
      await rm(ballast);
      expect(await rowsOfBronze(database)).toBe(loaded);
      await requestRefresh(database, { reason: 'worker', full: false });
      await until(async () => (await pendingEvents(database)) === 0, 60);
      const resumed = performance.now() - emptied;
      await loadLines(database, lines.slice(2 * third));
      expect(await rowsOfBronze(database)).toBe(lines.length);
      await refresh(database, { reason: 'rest' });
      const rows = await allRows(database);
      await refresh(database, { reason: 'rebuild', full: true });
      expect(await allRows(database)).toEqual(rows);
      figure(
        `a full disk: the refresh and the load rolled back, readers had the old version; published ${Math.round(resumed)} ms after there was room again`,
      );
    } finally {
      running.process.kill('SIGTERM');
      await running.ended;
      await product.close();
      await database.destroy();
      await drop();
    }
  },
  180_000,
);
