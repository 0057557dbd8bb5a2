import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readServerPid } from '../../../src/ground/database/embedded/postmasterFile';
import { stopServer } from '../../../src/ground/database/embedded/serverProcess';
import { runTypeScript } from '../../support/programs/childProcess';
import { processesIn } from '../../support/databases/processesIn';
import { techorda } from '../../support/programs/runCommand';
import { withClient } from '../../support/databases/serverDatabases';
import { supportProgram } from '../../support/places';

const holder = supportProgram('holdEmbeddedServer');

/** What an operator has exported for another server. */
const LIBPQ = {
  PGHOST: '192.0.2.1',
  PGHOSTADDR: '192.0.2.1',
  PGPORT: '5433',
  PGUSER: 'somebody',
  PGPASSWORD: 'secret',
  PGDATABASE: 'elsewhere',
  PGSSLMODE: 'verify-full',
  PGSSLNEGOTIATION: 'direct',
  PGOPTIONS: '-c no_such_setting=1',
  PGSERVICE: 'elsewhere',
  PGAPPNAME: 'elsewhere',
  PGCLIENTENCODING: 'LATIN1',
  PGCLIENT_ENCODING: 'LATIN1',
  PGREPLICATION: 'database',
  PGDATA: '/nowhere',
  PGTZ: 'Asia/Almaty',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), `techorda-test-${process.pid}-`));
});
afterEach(async () => {
  const cluster = join(folder, 'postgres');
  const pid = await readServerPid(cluster);
  if (pid !== undefined) await stopServer(cluster, pid, 2_000);
  await rm(folder, { recursive: true, force: true });
});

test('no variable of libpq reaches the embedded server, nor what connects to it', async () => {
  const program = runTypeScript(holder, [folder], { env: { ...process.env, ...LIBPQ } });
  const line = await program.line(/^ready: /);
  const { url } = JSON.parse(line.slice('ready: '.length)) as { url: string };
  const outside = { ...process.env };
  Object.assign(process.env, { PGPORT: '5433', PGSSLMODE: 'require', PGUSER: 'somebody' });
  try {
    // The address says all that leads to the server by itself.
    const { rows } = await withClient(url, (client) =>
      client.query(`select current_user as "user", current_setting('timezone') as timezone`),
    );
    expect(rows).toEqual([{ user: 'postgres', timezone: 'UTC' }]);
  } finally {
    process.env = outside;
  }
  program.process.kill('SIGTERM');
  expect((await program.ended).output).toContain('stopped');
});

test('every command runs on the embedded server beside the variables of another one', async () => {
  const settings = { ...LIBPQ, DATA_DIR: folder, PORT: '0' };
  const start = techorda(['start', '--no-demo'], settings);
  await start.says(/Ctrl\+C ends it/);
  const status = techorda(['status', '--json'], settings);
  expect([await status.ended, status.said()]).toEqual([0, expect.stringContaining('{')]);
  start.child.kill('SIGTERM');
  expect(await start.ended).toBe(0);
  expect(await processesIn(folder)).toEqual([]);
});
