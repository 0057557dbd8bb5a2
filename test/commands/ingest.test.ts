import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { refuseBesideRealData } from '../../src/commands/fillDemonstration';
import { ingestFiles } from '../../src/commands/ingest';
import { loadConfig } from '../../src/config';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { change, dumpLine, emptyWarehouse, reportRow } from '../support/warehouse';

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
  await writeFile(join(folder, 'file'), '');
  await expect(ingest(join(folder, name))).rejects.toThrow(sentence);
  expect(await refreshIsAskedFor()).toBe(false);
});

test('a file of which nothing can be read is kept in quarantine, and a failure; what is loaded beside it is loaded', async () => {
  const [junk, good] = [join(folder, 'junk.txt'), join(folder, 'good.ndjson')];
  await writeFile(junk, 'id;name\n1;one\n');
  await writeFile(good, dump(3));
  await expect(ingest(junk, good)).rejects.toThrow(
    'junk.txt: no record could be read; expected change events of the source database, one a line.',
  );
  const kept = await warehouse.knex('bronze.quarantine').count('* as count').first();
  expect(Number(kept?.['count'])).toBe(2);
  expect(await refreshIsAskedFor()).toBe(true);
  await writeFile(good, `${dump(3)}\nnone\n`);
  expect(await ingest(good)).toContain('0 new, 3 known before, 1 quarantined');
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
