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

async function said(
  url: string,
  args: readonly string[],
  settings: NodeJS.ProcessEnv = {},
): Promise<string> {
  const command = techorda(args, {
    MASK_BIN_FROM_YEAR: '',
    MASK_BIN_POLICY: '',
    ...settings,
    DATABASE_URL: url,
  });
  expect([args, await command.ended, command.said()]).toEqual([args, 0, expect.anything()]);
  return command.said();
}

/** By the text of a view, and by what is kept of it. */
const maskOf = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ mask: string; clear: boolean }>(
      `select mask_bin_from_year || ' ' || mask_bin_policy as mask,
         pg_get_viewdef('gold_masked.financing'::regclass) ~ '\\m2021\\M' as clear
       from access.masked_views`,
    );
    return rows;
  });

test('what the views mask stays as start, migrate and roles set it, whatever the shell of other commands says', async () => {
  await said(server.url, ['migrate'], { MASK_BIN_FROM_YEAR: '0', MASK_BIN_POLICY: 'company' });
  const strict = [{ mask: '0 company', clear: false }];
  expect(await maskOf(server.url)).toEqual(strict);

  expect(await said(server.url, ['database', 'open', 'dashboard'])).toContain(
    'The account dashboard reads the views of gold_masked, BINs of all years as pseudonyms.',
  );
  expect(await maskOf(server.url)).toEqual(strict);

  for (const args of [
    ['database', 'close', 'dashboard'],
    ['ingest', 'test/fixtures/small/bronze.ndjson.gz'],
    ['refresh', '--full'],
    ['status'],
    ['keys', 'create', '--name', 'reader', '--rights', 'marts:read'],
    ['compact'],
    ['reconcile'],
    ['quarantine', 'list'],
    ['backup', join(folder, 'techorda.backup')],
  ]) {
    await said(server.url, args);
    expect([args, await maskOf(server.url)]).toEqual([args, strict]);
  }

  await withClient(server.url, (client) => client.query('create database restored'));
  const restored = server.url.replace('/techorda', '/restored');
  await said(restored, ['restore', join(folder, 'techorda.backup')]);
  expect(await maskOf(restored)).toEqual(strict);

  await said(server.url, ['roles'], { MASK_BIN_FROM_YEAR: '2021', MASK_BIN_POLICY: 'company' });
  expect(await maskOf(server.url)).toEqual([{ mask: '2021 company', clear: true }]);
  expect(await said(server.url, ['database', 'open', 'dashboard'])).toContain(
    'BINs of 2021 and later, and of all years where the BIN reports in these, as pseudonyms.',
  );
  expect(await maskOf(server.url)).toEqual([{ mask: '2021 company', clear: true }]);
}, 180_000);
