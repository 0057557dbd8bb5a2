import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { refuseBesideRealData } from '../../src/commands/preparing/fillDemonstration';
import { ingestFiles } from '../../src/commands/ingest';
import { printQuarantine } from '../../src/commands/quarantine';
import { loadConfig } from '../../src/config/config';
import { run } from '../support/programs/runCommand';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { change, dumpLine, emptyWarehouse, reportRow } from '../support/databases/warehouse';

let warehouse: TestDatabase;
let folder: string;

beforeAll(async () => {
  warehouse = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'techorda-ingest-'));
});
beforeEach(async () => {
  await emptyWarehouse(warehouse.knex);
  await warehouse.knex.raw('delete from graphile_worker._private_jobs');
});
afterAll(async () => {
  await warehouse.drop();
  await rm(folder, { recursive: true });
});

const dump = (reports: number) =>
  Array.from({ length: reports }, (_, offset) =>
    dumpLine(change(reportRow(offset + 1, { data: { oked: `${offset * 7_919}` } }), { offset })),
  ).join('\n');

async function ingest(...files: string[]): Promise<string> {
  let said = '';
  await ingestFiles(warehouse.knex, loadConfig({}), files, (text) => (said += text));
  return said;
}

async function refreshIsAskedFor(): Promise<boolean> {
  const { rows } = await warehouse.knex.raw<{ rows: unknown[] }>(
    'select from graphile_worker.jobs',
  );
  return rows.length > 0;
}

test('a gzipped dump that is cut short is told with what was loaded of it, and refreshed', async () => {
  const file = join(folder, 'cut.gz');
  const whole = gzipSync(dump(2_000), { level: 1 });
  await writeFile(file, whole.subarray(0, whole.length / 2));
  const failure = await ingest(file).catch((error: Error) => error.message);
  expect(failure).toMatch(
    /cut\.gz is gzipped, and broken or cut short\. What came before is loaded: [\d,]+ new, 0 known before, 0 quarantined\. Load it again once it is whole: what is known is not loaded twice\.$/,
  );
  const added = Number(/([\d,]+) new/.exec(String(failure))?.[1]?.replace(',', ''));
  const found = await warehouse.knex('bronze.service_report_cdc').count('* as count').first();
  expect(added).toBeGreaterThan(100);
  expect(Number(found?.['count'])).toBe(added);
  expect(await refreshIsAskedFor()).toBe(true);
});

test.each([
  ['a missing file', 'none.ndjson', /^There is no file ".*none\.ndjson"\.$/],
  ['a folder', '', /is a folder; name the files in it\.$/],
  ['a file below a file', 'file/dump', /^There is no file ".*file\/dump"\.$/],
])('%s is told in one sentence', async (_, name, sentence) => {
  await writeFile(join(folder, 'file'), '{}');
  await expect(ingest(join(folder, name))).rejects.toThrow(sentence);
  expect(await refreshIsAskedFor()).toBe(false);
});

async function quarantined(): Promise<number> {
  const kept = await warehouse.knex('bronze.quarantine').count('* as count').first();
  return Number(kept?.['count']);
}

test('a file of which nothing can be read is kept in quarantine, and a failure, however often it is loaded; what is loaded beside it is loaded', async () => {
  const [junk, good] = [join(folder, 'junk.txt'), join(folder, 'good.ndjson')];
  await writeFile(junk, 'nothing of\nany use\n');
  await writeFile(good, dump(3));
  const sentence = `${junk}: no record could be read; expected change events of the source database, one a line.`;
  await expect(ingest(junk, good)).rejects.toThrow(sentence);
  expect(await quarantined()).toBe(2);
  expect(await refreshIsAskedFor()).toBe(true);
  await expect(ingest(junk)).rejects.toThrow(sentence);
  expect(await quarantined()).toBe(2);
});

test('a load says what could not be read of the file, whether or not it is in quarantine already', async () => {
  const file = join(folder, 'mixed.ndjson');
  await writeFile(file, `${dump(3)}\nnone\n`);
  expect(await ingest(file)).toBe(
    'mixed.ndjson: 3 new, 0 known before, 1 quarantined\n' +
      'See what could not be read with: techorda quarantine list\n',
  );
  expect(await ingest(file)).toContain('0 new, 3 known before, 1 quarantined (1 of them before)\n');
});

test('a file most of whose records cannot be read is a failure each time, by the share that is set', async () => {
  const file = join(folder, 'mostly.ndjson');
  await writeFile(
    file,
    `${dump(1)}\n${Array.from({ length: 4 }, (_, no) => `line ${no}`).join('\n')}\n`,
  );
  const sentence =
    'mostly.ndjson: 4 of 5 records could not be read (80%), more than the 50% that MAX_QUARANTINE_SHARE allows. What could be read is loaded.';
  await expect(ingest(file)).rejects.toThrow(sentence);
  await expect(ingest(file)).rejects.toThrow(sentence);
  expect(await warehouse.knex('bronze.service_report_cdc').select()).toHaveLength(1);

  const allowing = (share: string) =>
    ingestFiles(
      warehouse.knex,
      loadConfig({ MAX_QUARANTINE_SHARE: share }),
      [file],
      () => undefined,
    );
  await expect(allowing('80%')).resolves.toBeUndefined();
  await expect(allowing('79.99%')).rejects.toThrow(
    'more than the 79.99% that MAX_QUARANTINE_SHARE allows',
  );
  // By the command itself, from the standard input.
  const byOption = run(
    'sh',
    ['-c', `node bin/techorda.js ingest --max-quarantine 70% - < ${file}`],
    {
      DATABASE_URL: warehouse.url,
      MAX_QUARANTINE_SHARE: '90%',
    },
  );
  expect(await byOption.ended).toBe(1);
  expect(byOption.said()).toContain(
    'standard input: 0 new, 1 known before, 4 quarantined (4 of them before)\n',
  );
  expect(byOption.said()).toContain(
    '\nThe standard input: 4 of 5 records could not be read (80%), more than the 70% that --max-quarantine allows. What could be read is loaded.\n',
  );
});

test("a connector's own records are counted in the summary, and are no share of what fails", async () => {
  const file = join(folder, 'own.ndjson');
  const heartbeats = Array.from({ length: 5 }, (_, offset) =>
    dumpLine({ topic: '__debezium-heartbeat.t', offset, payload: { ts_ms: 1 } }),
  );
  await writeFile(file, `${heartbeats.join('\n')}\n`);
  expect(await ingest(file)).toBe(
    "own.ndjson: 0 new, 0 known before, 0 quarantined, 5 of the connector's own (5 heartbeats) passed over\n",
  );
  await writeFile(file, `${heartbeats.join('\n')}\nnone\n`);
  await expect(ingest(file)).rejects.toThrow('no record could be read');
});

test('a file that is no dump is named before anything of any file is loaded, with what to do', async () => {
  const [good, zstd] = [join(folder, 'good.ndjson'), join(folder, 'dump.zst')];
  await writeFile(good, dump(3));
  await writeFile(zstd, Buffer.from('28b52ffd0458', 'hex'));
  await expect(ingest(good, zstd)).rejects.toThrow(
    `${zstd} is compressed with zstd. Nothing was loaded. Try: zstd -dc "${zstd}" | techorda ingest -`,
  );
  await writeFile(zstd, gzipSync(Buffer.from('28b52ffd0458', 'hex')));
  await expect(ingest(zstd)).rejects.toThrow(
    `${zstd} is compressed with zstd, inside gzip. Nothing was loaded. Try: gunzip -c "${zstd}" | zstd -dc | techorda ingest -`,
  );
  await writeFile(zstd, 'id;name\n1;one\n');
  await expect(ingest(zstd)).rejects.toThrow(/ is a table of text \(CSV\)\. Nothing was loaded\. /);
  expect(await warehouse.knex('bronze.service_report_cdc').select()).toEqual([]);
  expect(await quarantined()).toBe(0);
});

test.each([
  ['of no bytes', ''],
  ['of blank lines', '\n\r\n'],
  ['of nothing, gzipped', gzipSync('')],
])('a file %s is a failure: its program may have failed', async (_, content) => {
  const file = join(folder, 'empty');
  await writeFile(file, content);
  await expect(ingest(file)).rejects.toThrow(
    `${file} is empty; expected change events of the source database, one a line.`,
  );
});

test('quarantine list begins with how many records wait for which reason', async () => {
  const file = join(folder, 'reasons.ndjson');
  const keyless = { ...change(reportRow(1), { offset: 70 }), key: null };
  await writeFile(file, `${dump(9)}\none\ntwo\n${dumpLine(keyless)}\n`);
  await ingest(file);
  const list = async (json: boolean) => {
    let said = '';
    await printQuarantine(warehouse.knex, { json }, (text) => (said += text));
    return said;
  };
  const ids = await warehouse
    .knex('bronze.quarantine')
    .orderBy('quarantine_id')
    .pluck<string[]>('quarantine_id');
  expect((await list(false)).split('\n').slice(0, 5)).toEqual([
    '3 in quarantine, by reason:',
    expect.stringMatching(
      new RegExp(`^ {7}2  NOT_JSON            \\S+Z  such as ${ids[0]}: The line is not JSON\\.$`),
    ),
    expect.stringMatching(
      /^ {7}1 {2}NO_KEY {12} {2}\S+Z {2}such as \d+: The record's key has no readable id\.$/,
    ),
    '',
    expect.stringContaining('no coordinates  3 bytes  The line is not JSON.'),
  ]);
  const told = JSON.parse(await list(true)) as { summary: unknown[]; records: unknown[] };
  expect(told.records).toHaveLength(3);
  expect(told.summary).toEqual([
    expect.objectContaining({
      reasonCode: 'NOT_JSON',
      records: 2,
      example: expect.objectContaining({ id: ids[0], topic: null }) as unknown,
    }),
    expect.objectContaining({
      reasonCode: 'NO_KEY',
      records: 1,
      example: {
        id: ids[2],
        topic: 'techorda.public.service_report',
        partition: 0,
        offset: '70',
        reason: "The record's key has no readable id.",
      },
    }),
  ]);
});

test.each([
  ['plain', (text: string) => Buffer.from(text)],
  ['gzipped', (text: string) => gzipSync(text)],
])('a %s dump may come through a pipe', async (_, write) => {
  const pipe = join(folder, `pipe-${write.name}-${Math.random()}`);
  execFileSync('mkfifo', [pipe]);
  const [said] = await Promise.all([ingest(pipe), writeFile(pipe, write(dump(300)))]);
  expect(said).toMatch(/: 300 new, 0 known before, 0 quarantined\n$/);
});

test('demonstration data are refused beside real data, where they would never be shown', async () => {
  await expect(refuseBesideRealData(warehouse.knex)).resolves.toBeUndefined();
  const file = join(folder, 'one.ndjson');
  await writeFile(file, dump(1));
  await ingest(file);
  await expect(refuseBesideRealData(warehouse.knex)).rejects.toThrow(
    'beside which demonstration data would never be shown: nothing was loaded.',
  );
});
