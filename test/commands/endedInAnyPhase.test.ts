import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readServerPid } from '../../src/ground/database/embedded/postmasterFile';
import { stopServer } from '../../src/ground/database/embedded/serverProcess';
import { runTypeScript } from '../support/programs/childProcess';
import { processesIn } from '../support/databases/processesIn';
import { techorda, type Started } from '../support/programs/runCommand';
import { withClient } from '../support/databases/serverDatabases';
import { supportProgram } from '../support/places';

const holder = supportProgram('holdEmbeddedServer');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), `techorda-test-${process.pid}-`));
});
afterEach(async () => {
  for (const pid of await processesIn(folder)) {
    process.kill(pid, 'SIGCONT');
    process.kill(pid, 'SIGQUIT');
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const begin = () => techorda(['start', '--no-demo'], { DATA_DIR: folder, PORT: '0' });
const cluster = () => join(folder, 'postgres');

async function until(happens: () => Promise<boolean>): Promise<void> {
  while (!(await happens())) await sleep(2);
}

async function endsWithNothingLeft(start: Started): Promise<void> {
  start.child.kill('SIGTERM');
  expect(await start.ended).toBe(0);
  expect(start.said()).not.toContain('The end took longer');
  expect(await processesIn(folder)).toEqual([]);
}

const PHASES: readonly (readonly [string, (start: Started) => Promise<void>])[] = [
  ['as it begins', (start) => start.says(/Starting PostgreSQL/)],
  [
    'while the data folder is made',
    () => until(async () => (await readdir(folder)).some((name) => name.includes('.new-'))),
  ],
  ['while the server starts', () => until(async () => existsSync(cluster()))],
  [
    'when the server has just started',
    () => until(async () => (await readServerPid(cluster())) !== undefined),
  ],
];

test.each(PHASES)('SIGTERM %s leaves no process behind', async (_, phase) => {
  const start = begin();
  await phase(start);
  await endsWithNothingLeft(start);
  expect((await readdir(folder)).filter((name) => name.includes('.new-'))).toEqual([]);
});

test('SIGTERM ends a start that waits for a server which does not answer', async () => {
  const first = runTypeScript(holder, [folder]);
  await first.line(/^ready: /);
  first.process.kill('SIGKILL');
  await first.ended;
  const server = (await readServerPid(cluster())) ?? 0;
  process.kill(server, 'SIGSTOP');

  const start = begin();
  await start.says(/Starting PostgreSQL/);
  await sleep(300);
  start.child.kill('SIGTERM');
  expect(await start.ended).toBe(0);
  expect(start.said()).not.toContain('The end took longer');
});

test('a server that refuses whoever asks is told at once with its reason, and not left behind', async () => {
  const first = runTypeScript(holder, [folder]);
  const line = await first.line(/^ready: /);
  const { url, pid } = JSON.parse(line.slice('ready: '.length)) as { url: string; pid: number };
  await withClient(url, (client) => client.query('create role other superuser login'));
  first.process.kill('SIGKILL');
  await first.ended;
  const other = new URL(url);
  other.username = 'other';
  await withClient(other.href, (client) => client.query('alter role postgres rename to gone'));
  await stopServer(cluster(), pid);

  const start = begin();
  expect(await start.ended).toBe(1);
  expect(start.said()).toContain(
    `The embedded PostgreSQL server on ${cluster()} refuses this program. It said:\nrole "postgres" does not exist`,
  );
  expect(await processesIn(folder)).toEqual([]);
});
