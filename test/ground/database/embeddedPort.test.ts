import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesIn } from '../../support/databases/processesIn';
import { techorda, type Started } from '../../support/programs/runCommand';
import { withClient } from '../../support/databases/serverDatabases';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `techorda-test-${process.pid}-`));
});
afterEach(async () => {
  for (const pid of await processesIn(folder)) process.kill(pid, 'SIGQUIT');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const { server, port } = await listen();
  server.close();
  await once(server, 'close');
  return port;
}

const begin = (args: readonly string[], settings: NodeJS.ProcessEnv = {}) =>
  techorda(args, { DATABASE_URL: '', DATA_DIR: folder, PORT: '0', ...settings });

async function end(start: Started): Promise<void> {
  start.child.kill('SIGTERM');
  expect(await start.ended).toBe(0);
  expect(await processesIn(folder)).toEqual([]);
}

const failure = (url: string) =>
  withClient(url, () => Promise.resolve('')).catch((error: Error) => error.message);

test('with EMBEDDED_PORT analysts reach the embedded server over TCP, by password, and nobody else does', async () => {
  const port = await freePort();
  const start = begin(['start', '--no-demo'], { EMBEDDED_PORT: String(port) });
  await start.says(/Ctrl\+C ends it/);

  const opening = begin(['database', 'open', 'dashboard']);
  expect(await opening.ended).toBe(0);
  const url = /postgresql:\S+/.exec(opening.said())?.[0] ?? '';
  expect(url).toMatch(
    new RegExp(`^postgresql://dashboard:[\\w-]{32}@127\\.0\\.0\\.1:${port}/techorda$`),
  );

  await withClient(url, async (client) => {
    expect((await client.query('select count(*) from financing')).rows).toEqual([{ count: '0' }]);
    for (const refused of [
      'select from gold.financing',
      'select from silver.bin_pseudonyms',
      'select from bronze.service_report_cdc',
      'select from access.api_keys',
      'set role postgres',
      'create role more login',
      `select pg_read_file('postmaster.pid')`,
    ]) {
      await expect(client.query(refused)).rejects.toThrow(
        /permission denied|in a read-only transaction/,
      );
    }
  });
  if (existsSync('/usr/bin/psql')) {
    const psql = spawnSync('/usr/bin/psql', [
      url,
      '-Atc',
      'select count(*) from gold_masked.exports',
    ]);
    expect(psql.stdout.toString()).toBe('0\n');
  }

  const as = (user: string, database = 'techorda') =>
    `postgresql://${user}@127.0.0.1:${port}/${database}?sslmode=disable`;
  expect(await failure(as('postgres:x'))).toMatch(/no pg_hba\.conf entry/);
  expect(await failure(as('postgres:x', 'postgres'))).toMatch(/no pg_hba\.conf entry/);
  expect(await failure(as('dashboard:wrong'))).toMatch(/password authentication failed/);
  expect(await failure(url.replace('/techorda', '/postgres'))).toMatch(/no pg_hba\.conf entry/);

  const again = begin(['database', 'open', 'dashboard']);
  expect(await again.ended).toBe(0);
  expect(await failure(url)).toMatch(/password authentication failed/);
  const renewed = /postgresql:\S+/.exec(again.said())?.[0] ?? '';
  expect(await failure(renewed)).toBe('');

  for (const [name, sentence] of [
    ['postgres', 'There is an account postgres that is no analyst'],
    ['techorda_api', '"techorda_api" cannot be the name of an analyst'],
    ['x; drop', '"x; drop" cannot be the name of an analyst'],
  ] as const) {
    const refused = begin(['database', 'open', name]);
    expect(await refused.ended).toBe(1);
    expect(refused.said()).toContain(sentence);
  }

  const closing = begin(['database', 'close', 'dashboard']);
  expect([await closing.ended, closing.said()]).toEqual([0, 'The account dashboard is ended.\n']);
  expect(await failure(renewed)).toMatch(/password authentication failed|no pg_hba\.conf entry/);
  await end(start);
}, 180_000);

test('without EMBEDDED_PORT the server listens on no port, also after it did, and a command says how to have one', async () => {
  const start = begin(['start', '--no-demo']);
  await start.says(/Ctrl\+C ends it/);
  const opening = begin(['database', 'open', 'dashboard'], { EMBEDDED_PORT: '5433' });
  expect(await opening.ended).toBe(0);
  expect(opening.said()).toMatch(/user dashboard, password [\w-]{32}, database techorda\n/);
  expect(opening.said()).toContain('The embedded server runs already, and listens on no port;');
  await end(start);
}, 120_000);

test('a port that is taken is told in one sentence, and nothing is left behind', async () => {
  const { server, port } = await listen();
  try {
    const start = begin(['start', '--no-demo'], { EMBEDDED_PORT: String(port) });
    expect(await start.ended).toBe(1);
    expect(start.said()).toContain(
      'The embedded server cannot listen on its port of 127.0.0.1, which another process has. Set EMBEDDED_PORT to another one.',
    );
    expect(await processesIn(folder)).toEqual([]);
  } finally {
    server.close();
  }
}, 60_000);
