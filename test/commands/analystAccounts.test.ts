import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CARELESS_SETTINGS } from '../../src/ground/database/embedded/serverSettings';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/ground/database/embedded/startEmbeddedPostgres';
import { techorda } from '../support/programs/runCommand';
import { withClient } from '../support/databases/serverDatabases';

// Roles belong to a whole server: this one is the test's own.
let folder: string;
let server: EmbeddedPostgres;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `techorda-test-${process.pid}-`));
  server = await startEmbeddedPostgres({ dataDir: folder, settings: CARELESS_SETTINGS });
}, 60_000);
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function run(
  args: readonly string[],
  settings: NodeJS.ProcessEnv = { DATABASE_URL: server.url },
): Promise<{ status: number | null; said: string }> {
  const command = techorda(args, settings);
  const status = await command.ended;
  return { status, said: command.said() };
}

async function well(...args: readonly string[]): Promise<string> {
  const { status, said } = await run(args);
  expect([args, status, said]).toEqual([args, 0, said]);
  return said;
}

const column = (statement: string) =>
  withClient(server.url, async (client) => {
    const { rows } = await client.query<{ name: string }>(statement);
    return rows.map(({ name }) => name);
  });
const rolesOf = (account: string) =>
  column(
    `select granted.rolname as name from pg_auth_members
     join pg_roles granted on granted.oid = roleid join pg_roles account on account.oid = member
     where account.rolname = '${account}'`,
  );

test("an analyst's account belongs to the roles of its database, whatever their prefix", async () => {
  await well('migrate');
  await well('roles', '--prefix', 'almaty');
  await well('database', 'open', 'dashboard');
  expect(await rolesOf('dashboard')).toEqual(['almaty_analyst']);
  expect(await column("select rolname as name from pg_roles where rolname ~ '^techorda'")).toEqual(
    [],
  );
  await withClient(server.url.replace('//postgres', '//dashboard'), async (client) => {
    const { rows } = await client.query('select current_user, count(*) from gold_masked.financing');
    expect(rows).toEqual([{ current_user: 'dashboard', count: '0' }]);
  });
  expect(await well('database', 'close', 'dashboard')).toBe('The account dashboard is ended.\n');

  await well('roles', '--prefix', 'astana');
  for (const does of ['open', 'close']) {
    expect(await run(['database', does, 'dashboard'])).toEqual({
      status: 1,
      said: 'This database has roles of several prefixes (almaty, astana); say with --prefix whose are meant.\n',
    });
  }
  await well('database', 'open', 'dashboard', '--prefix', 'astana');
  expect(await rolesOf('dashboard')).toEqual(['astana_analyst']);
  await well('database', 'close', 'dashboard', '--prefix', 'astana');

  await well('roles');
  await well('database', 'open', 'dashboard');
  expect(await rolesOf('dashboard')).toEqual(['techorda_analyst']);
}, 120_000);

test('the embedded server, which lets analysts of one prefix in, refuses another', async () => {
  const refused = await run(['database', 'open', 'dashboard', '--prefix', 'almaty'], {
    DATABASE_URL: '',
    DATA_DIR: folder,
  });
  expect(refused).toEqual({
    status: 1,
    said: 'The embedded server lets members of techorda_analyst in alone: leave --prefix out.\n',
  });
}, 60_000);
