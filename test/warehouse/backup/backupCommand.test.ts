import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readServerPid } from '../../../src/ground/database/embedded/postmasterFile';
import { stopServer } from '../../../src/ground/database/embedded/serverProcess';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { techorda } from '../../support/programs/runCommand';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

let folder: string;
let warehouse: TestDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `techorda-test-${process.pid}-`));
  warehouse = await createTestDatabase();
  await loadRecords(warehouse.knex, [
    change(reportRow(1, { service_request_id: 1 }), { offset: 1 }),
  ]);
  await refresh(warehouse.knex, { reason: 'first' });
});
afterAll(async () => {
  const cluster = join(folder, 'data', 'postgres');
  const pid = await readServerPid(cluster);
  if (pid !== undefined) await stopServer(cluster, pid, 2_000);
  await warehouse.drop();
  await rm(folder, { recursive: true, force: true });
});

const onWarehouse = (...args: readonly string[]) => techorda(args, { DATABASE_URL: warehouse.url });
const onNewData = (...args: readonly string[]) =>
  techorda(args, { DATABASE_URL: '', DATA_DIR: join(folder, 'data') });

test('a database elsewhere is backed up into one file, and restored into the embedded server', async () => {
  const file = join(folder, 'techorda.backup');
  const backup = onWarehouse('backup', file);
  expect([await backup.ended, backup.said()]).toEqual([
    0,
    expect.stringMatching(
      /Backed up \d+ rows in .*techorda\.backup, \d+\.\d MB\. It holds personal data: /,
    ),
  ]);
  // Nobody else may read it, and nothing unfinished lies beside it.
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['techorda.backup']);

  const again = onWarehouse('backup', file);
  expect([await again.ended, again.said()]).toEqual([
    1,
    `${file} is there already; expected the name of a new file.\n`,
  ]);

  const broken = join(folder, 'broken.backup');
  await writeFile(broken, await readFile(file));
  await truncate(broken, Math.floor((await stat(file)).size / 2));
  const failing = onNewData('restore', broken);
  expect(await failing.ended).toBe(1);
  expect(failing.said()).toContain(
    `${broken} is no backup, or broken or cut short (unexpected end of file); nothing of it was loaded.\n`,
  );

  const restoring = onNewData('restore', file);
  expect(await restoring.ended).toBe(0);
  expect(restoring.said()).toMatch(/Restored \d+ rows of the backup of 20.*Z; Silver and Gold/);
  expect(restoring.said()).toMatch(/Published data version 2 in .*, rebuilt from all of Bronze\./);
  const status = onNewData('status', '--json');
  expect(await status.ended).toBe(0);
  expect(JSON.parse(status.said())).toMatchObject({
    dataVersion: { id: '2' },
    pendingEvents: 0,
    rows: { 'bronze.service_report_cdc': 1, 'gold.financing': 1 },
  });

  const beside = onNewData('restore', file);
  expect(await beside.ended).toBe(1);
  expect(beside.said()).toContain('This database has tables of this program already.');
});

test('what there is no file, no folder or no disk for is told in a sentence', async () => {
  const lacking = onWarehouse('backup', join(folder, 'nowhere', 'x.backup'));
  expect([await lacking.ended, lacking.said()]).toEqual([
    1,
    `The backup cannot be written to ${folder}/nowhere/x.backup (ENOENT); nothing of it is left there.\n`,
  ]);
  const missing = techorda(['restore', join(folder, 'missing')], { DATABASE_URL: warehouse.url });
  expect([await missing.ended, missing.said()]).toEqual([
    1,
    `There is no file "${folder}/missing".\n`,
  ]);
});

test('what is no backup that this release can restore is told before a data folder is made', async () => {
  const file = (name: string) => join(folder, name);
  const header = {
    techordaBackup: 1,
    product: '9.0.0',
    madeAt: '',
    postgres: '18',
    migrations: [],
  };
  const zipped = (value: object) => gzipSync(`${JSON.stringify(value)}\n`);
  await writeFile(file('text'), 'no backup');
  await writeFile(file('other'), zipped({ some: 'thing' }));
  await writeFile(file('format'), zipped({ ...header, techordaBackup: 2 }));
  await writeFile(file('newer'), zipped({ ...header, migrations: ['29990101000000_x.sql'] }));
  for (const [name, sentence] of [
    ['nowhere', `There is no file "${file('nowhere')}".\n`],
    ['text', /is no backup, or broken or cut short \(incorrect header check\); nothing of it/],
    ['other', /: It is no backup of this program\.\n$/],
    ['format', /: It is a backup of a newer release: restore it with that one\.\n$/],
    [
      'newer',
      /: It is a backup of release 9\.0\.0, which has the migration 29990101000000_x\.sql, /,
    ],
  ] as const) {
    const restoring = techorda(['restore', file(name)], {
      DATABASE_URL: '',
      DATA_DIR: file('never'),
    });
    expect([name, await restoring.ended]).toEqual([name, 1]);
    expect(restoring.said()).toEqual(
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    );
    expect(existsSync(file('never'))).toBe(false);
  }
});

const disk = join(tmpdir(), `techorda-small-disk-${process.pid}`);
const mounted =
  process.getuid?.() === 0 &&
  spawnSync('mkdir', [disk]).status === 0 &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', disk]).status === 0;
afterAll(async () => {
  if (mounted) spawnSync('umount', [disk]);
  await rm(disk, { recursive: true, force: true });
});

(mounted ? test : test.skip)('a disk that is full leaves no file, and a sentence', async () => {
  await mkdir(join(disk, 'x')).catch(() => undefined);
  const { knex } = warehouse;
  const noise = Array.from({ length: 300 }, () => String(Math.random())).join(' ');
  await loadRecords(knex, [change(reportRow(2, { remarks: noise }), { offset: 2 })]);
  const file = join(disk, 'techorda.backup');
  const backup = onWarehouse('backup', file);
  expect([await backup.ended, backup.said()]).toEqual([
    1,
    `There is no room for the backup in ${disk}; nothing of it is left there.\n`,
  ]);
  expect((await readdir(disk)).filter((name) => name.includes('backup'))).toEqual([]);
});
