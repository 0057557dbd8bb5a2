import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isServerOf, readServerPid } from '../../../src/ground/database/embedded/postmasterFile';
import { stopServer } from '../../../src/ground/database/embedded/serverProcess';
import { CARELESS_SETTINGS } from '../../../src/ground/database/embedded/serverSettings';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/ground/database/embedded/startEmbeddedPostgres';
import { runTypeScript, type RunningProgram } from '../../support/programs/childProcess';
import { withClient } from '../../support/databases/serverDatabases';
import { supportProgram } from '../../support/places';

const program = supportProgram('holdEmbeddedServer');
// What was committed must outlive a killed server, if not a loss of power.
const settings = { ...CARELESS_SETTINGS, synchronous_commit: 'on', shared_buffers: '16MB' };

let dataDir: string;
let cluster: string;

async function makeDataDir(): Promise<void> {
  dataDir = await mkdtemp(join(tmpdir(), `techorda-test-${process.pid}-`));
  cluster = join(dataDir, 'postgres');
}

async function endServer(): Promise<void> {
  const pid = await readServerPid(cluster);
  if (pid !== undefined) await stopServer(cluster, pid, 2_000);
}

async function removeDataDir(): Promise<void> {
  await endServer();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

const start = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ dataDir, settings });

interface Ready {
  readonly pid: number;
  readonly adopted: boolean;
  readonly url: string;
}

async function ready(program: RunningProgram): Promise<Ready> {
  const line = await program.line(/^ready: /);
  return JSON.parse(line.slice('ready: '.length)) as Ready;
}

async function count(url: string): Promise<number> {
  return await withClient(url, async (client) => {
    await client.query('create table if not exists visits (visit integer)');
    await client.query('insert into visits values (1)');
    const { rows } = await client.query<{ visits: string }>(
      'select count(*) as visits from visits',
    );
    return Number(rows[0]?.visits);
  });
}

describe('on a new folder', () => {
  beforeEach(makeDataDir);
  afterEach(removeDataDir);

  test('a new folder becomes a UTF-8 database with ICU collations, reached by a socket only', async () => {
    const server = await start();
    const rows = await withClient(server.url, async (client) => {
      const { rows } = await client.query(`
        select current_database() as name, current_setting('server_encoding') as encoding,
          current_setting('listen_addresses') as addresses,
          (select datcollate from pg_database where datname = current_database()) as collation,
          'ё' < 'ж' collate "und-x-icu" as russian_order`);
      return rows;
    });
    expect(rows).toEqual([
      { name: 'techorda', encoding: 'UTF8', addresses: '', collation: 'C', russian_order: true },
    ]);
    expect(server.adopted).toBe(false);
    await server.stop();
    expect(await isServerOf(cluster, server.pid)).toBe(false);
    expect(await readServerPid(cluster)).toBeUndefined();
  });

  test('a start that was killed while it made the data leaves nothing that hinders the next', async () => {
    const first = runTypeScript(program, [dataDir]);
    const drafts = async () =>
      (await readdir(dataDir)).filter((name) => name.startsWith('postgres.new-'));
    while ((await drafts()).length === 0) await sleep(5);
    await sleep(50);
    first.process.kill('SIGKILL');
    await first.ended;
    expect(await drafts()).toHaveLength(1);
    expect(await readdir(dataDir)).not.toContain('postgres');

    const server = await start();
    expect(await count(server.url)).toBe(1);
    await server.stop();
  });

  test('starts at the same moment share one server, which the last of them stops', async () => {
    const programs = [1, 2, 3].map(() => runTypeScript(program, [dataDir]));
    const started = await Promise.all(programs.map(ready));
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(1);
    expect(started.filter(({ adopted }) => !adopted)).toHaveLength(1);

    const another = await start();
    expect([...another.sharedWith].sort()).toEqual(programs.map(({ pid }) => pid).sort());
    await another.stop();

    const [first] = started;
    const last = programs.pop();
    for (const { process, ended } of programs) {
      process.kill('SIGTERM');
      expect((await ended).output).toContain('stopped');
    }
    expect(await count(first?.url ?? '')).toBe(1);
    last?.process.kill('SIGTERM');
    await last?.ended;
    expect(await readServerPid(cluster)).toBeUndefined();
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.log']);
  });

  test('an account of its database takes none of the locks by which processes share it', async () => {
    const server = await start();
    await withClient(server.url, (owner) =>
      owner.query("create role sharing_analyst login password 'secret'"),
    );
    const address = new URL(server.url);
    address.username = 'sharing_analyst';
    address.password = 'secret';
    await withClient(address.href, async (analyst) => {
      await analyst.query('select pg_advisory_lock(no) from generate_series(7402101, 7402102) no');
      address.pathname = '/postgres';
      const elsewhere = withClient(address.href, () => Promise.resolve());
      await expect(elsewhere).rejects.toThrow('permission denied for database "postgres"');
      const other = await start();
      await other.stop();
    });
    await server.stop();
  });

  test('a data folder with a long path and without entry for others works', async () => {
    const closed = join(dataDir, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    const long = join(closed, 'a long name of a folder '.repeat(5));
    const server = await startEmbeddedPostgres({ dataDir: long, settings });
    expect(await count(server.url)).toBe(1);
    await server.stop();
    const again = await startEmbeddedPostgres({ dataDir: long, settings });
    expect(await count(again.url)).toBe(2);
    await again.stop();
    // The short link to the long path stays for the next start; here there is none.
    await rm(new URL(again.url).searchParams.get('host') ?? '', { force: true });
  });

  test('data of another major version is refused with a sentence', async () => {
    await mkdir(cluster);
    await writeFile(join(cluster, 'PG_VERSION'), '14\n');
    await expect(start()).rejects.toThrow(
      `${cluster} was made by PostgreSQL 14, and the embedded server is PostgreSQL 18. Back it up with the release that made it (techorda backup FILE), set DATA_DIR to a new folder, and restore it there with this one (techorda restore FILE).`,
    );
  });

  test('a folder that holds something else is refused and left as it is', async () => {
    await mkdir(cluster);
    await writeFile(join(cluster, 'letters.txt'), 'dear');
    await expect(start()).rejects.toThrow(
      `${cluster} holds files, but no data of PostgreSQL. Set DATA_DIR to another folder, or empty this one.`,
    );
    expect(await readFile(join(cluster, 'letters.txt'), 'utf8')).toBe('dear');
  });
});

describe('a data folder that cannot be had', () => {
  beforeEach(makeDataDir);
  afterEach(removeDataDir);
  const startIn = (folder: string) => startEmbeddedPostgres({ dataDir: folder, settings });

  test('because its parent takes no folders is told in one sentence', async () => {
    if (process.platform !== 'linux') return;
    await expect(startIn('/proc/nowhere/data')).rejects.toThrow(
      /^The data folder \/proc\/nowhere\/data cannot be made: E\w+: .* Set DATA_DIR to a folder in which this user may make files\.$/,
    );
  });

  test('because a file is in its way is told in one sentence', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    for (const folder of [file, join(file, 'data')]) {
      await expect(startIn(folder)).rejects.toThrow(
        `${folder} cannot be made, because a file is in its way. Set DATA_DIR to another folder.`,
      );
    }
  });
});

describe('on a folder with data', () => {
  beforeAll(makeDataDir);
  afterEach(endServer);
  afterAll(removeDataDir);

  test('what was written is there at the second start', async () => {
    const first = await start();
    const visits = await count(first.url);
    await first.stop();

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await count(second.url)).toBe(visits + 1);
    await second.stop();
  });

  test('a server whose process was killed is taken over by the next start, and stopped by it', async () => {
    const first = runTypeScript(program, [dataDir]);
    const { pid, url } = await ready(first);
    const visits = await count(url);
    first.process.kill('SIGKILL');
    await first.ended;

    const server = await start();
    expect(server).toMatchObject({ adopted: true, pid, sharedWith: [] });
    expect(await count(server.url)).toBe(visits + 1);
    await server.stop();
    expect(await isServerOf(cluster, pid)).toBe(false);
  });

  test('a killed server is started again by the next start', async () => {
    const first = runTypeScript(program, [dataDir]);
    const { pid, url } = await ready(first);
    const visits = await count(url);
    first.process.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');

    const server = await start();
    expect(server.adopted).toBe(false);
    expect(server.pid).not.toBe(pid);
    expect(await count(server.url)).toBe(visits + 1);
    await server.stop();
  });

  test('a server that dies under a running process comes back at the same address', async () => {
    const server = await start();
    const visits = await count(server.url);
    process.kill(server.pid, 'SIGKILL');
    let after: number | undefined;
    while (after === undefined) {
      await sleep(50);
      after = await count(server.url).catch(() => undefined);
    }
    expect(after).toBe(visits + 1);
    await server.stop();
    expect(await readServerPid(cluster)).toBeUndefined();
  });

  test('a left postmaster.pid whose number now belongs to another process does not stop the start', async () => {
    const server = await start();
    await server.stop();
    const { uid, gid } = await stat(cluster);
    const owner = process.geteuid?.() === 0 ? { uid, gid } : {};
    const other = spawn('sleep', ['60'], { stdio: 'ignore', cwd: cluster, ...owner });
    const left = `${other.pid}\n${cluster}\n1700000000\n5432\n.\n\n  5432001    0\nready   \n`;
    await writeFile(join(cluster, 'postmaster.pid'), left);
    await writeFile(join(cluster, '.s.PGSQL.5432.lock'), left);

    const next = await start();
    expect(next.adopted).toBe(false);
    await next.stop();
    expect(other.exitCode).toBeNull();
    other.kill('SIGKILL');
  });

  test('a server that cannot start says why, with the end of its log', async () => {
    await expect(
      startEmbeddedPostgres({ dataDir, settings: { ...settings, shared_buffers: 'plenty' } }),
    ).rejects.toThrow(
      /Starting the embedded PostgreSQL server failed in .*invalid value for parameter/s,
    );
  });
});
