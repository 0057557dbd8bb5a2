import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readServerPid } from '../../src/ground/database/embedded/postmasterFile';
import { stopServer } from '../../src/ground/database/embedded/serverProcess';
import { run, techorda } from '../support/programs/runCommand';

let folder: string;
let settings: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'techorda-start-'));
  settings = { DATA_DIR: folder, PORT: '0' };
});
afterAll(async () => {
  const cluster = join(folder, 'postgres');
  const pid = await readServerPid(cluster);
  if (pid !== undefined) await stopServer(cluster, pid, 2_000);
  await rm(folder, { recursive: true, force: true });
});

const serverPid = () => readServerPid(join(folder, 'postgres'));

test('npm start without demonstration data makes no key, and SIGTERM of npm ends all of it in order', async () => {
  const npm = run('npm', ['start', '--', '--no-demo'], settings);
  await npm.says(/Ctrl\+C ends it/);
  expect(npm.said()).toContain('none yet: npx techorda keys create --name NAME');
  expect(npm.said()).not.toContain('tg_');
  expect(await serverPid()).toBeDefined();
  npm.child.kill('SIGTERM');
  await npm.ended;
  expect(npm.said()).toMatch(/SIGTERM: ending; .*\n(.*\n)*.*"Ended\."/);
  expect(await serverPid()).toBeUndefined();
});

test('a start whose npm was killed ends by itself, with its database', async () => {
  const npm = run('npm', ['start', '--', '--no-demo'], settings);
  await npm.says(/Ctrl\+C ends it/);
  npm.child.kill('SIGKILL');
  // Its output closes only when the last process that has it has ended.
  await npm.ended;
  expect(npm.said()).toMatch(/the end of npm: ending; .*\n(.*\n)*.*"Ended\."/);
  expect(await serverPid()).toBeUndefined();
});

test('a start that is ended while it fills the database rolls back, and the next one goes on', async () => {
  const args = ['start', '--scale', '0.3'];
  const first = techorda(args, settings);
  await first.says(/Filling the empty database/);
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  expect(first.said()).toContain('"Ended."');
  expect(await serverPid()).toBeUndefined();

  const next = techorda(args, settings);
  await next.says(/Filling the empty database/);
  next.child.kill('SIGINT');
  expect(await next.ended).toBe(0);
});

test('a start on a folder in use says by whom, and one on a port in use says how to end its holder', async () => {
  const first = techorda(['start', '--no-demo'], settings);
  await first.says(/Ctrl\+C ends it/);
  const second = techorda(['start', '--no-demo'], settings);
  await second.says(/Ctrl\+C ends it/);
  expect(second.said()).toContain(
    `is shared with process ${first.child.pid}; end that with: kill ${first.child.pid}`,
  );
  expect(first.said()).toContain(
    'BINs      of 2021 and later are pseudonyms to callers without bin:read',
  );
  const port = /Explorer {2}http:\/\/127\.0\.0\.1:(\d+)/.exec(first.said())?.[1] ?? '';
  const third = techorda(['start', '--no-demo'], { ...settings, PORT: port });
  expect(await third.ended).toBe(1);
  expect(third.said()).toMatch(
    new RegExp(
      `^Port ${port} on 127\\.0\\.0\\.1 is taken by process ${first.child.pid} \\(.*\\)\\. End that with: kill ${first.child.pid}, or set PORT`,
    ),
  );
  for (const { child, ended } of [first, second]) {
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }
  expect(await serverPid()).toBeUndefined();
});

test('a command that is ended leaves no server behind, and says that it was ended', async () => {
  const worker = techorda(['worker'], settings);
  await worker.says(/waits for refreshes/);
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toBe(0);

  const demo = techorda(['demo', '--scale', '1'], settings);
  while ((await serverPid()) === undefined) await new Promise((next) => setTimeout(next, 20));
  demo.child.kill('SIGTERM');
  expect(await demo.ended).toBe(143);
  expect(demo.said()).toContain('Ended; what was not finished is rolled back.');
  expect(await serverPid()).toBeUndefined();
});

test('a host that is not of this machine is told before anything is started', async () => {
  const serve = techorda(['serve'], { ...settings, HOST: '192.0.2.1' });
  expect(await serve.ended).toBe(1);
  expect(serve.said()).toMatch(/^HOST is 192\.0\.2\.1, which is no address of this machine\./);
});

test('a reader who has seen enough breaks no command', async () => {
  // `true` has ended long before the first word is written.
  const shell = run('sh', ['-c', '(sleep 1; node bin/techorda.js --help) | true'], settings);
  expect(await shell.ended).toBe(0);
  expect(shell.said()).not.toMatch(/EPIPE|Error/);
});
