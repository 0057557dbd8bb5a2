import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { createKey, findHolder, hashOf } from '../../../src/api/access/keys/keys';
import { recordEntries } from '../../../src/api/access/ledger/ledger';
import { backUp } from '../../../src/warehouse/backup/backup';
import { BrokenBackup, RestoreRefused } from '../../../src/warehouse/backup/failures';
import { readHeader, restore } from '../../../src/warehouse/backup/restore';
import { Sections } from '../../../src/warehouse/backup/sections';
import { ingestDumpFile } from '../../../src/warehouse/bronze/dumpFile';
import { DEFAULT_PATIENCE } from '../../../src/ground/database/locking/lockPatience';
import { migrate, migrationFiles } from '../../../src/ground/database/migrating/migrate';
import { reconcile } from '../../../src/warehouse/reconcile/reconcile';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import {
  change,
  loadLines,
  loadRecords,
  MAX_EVENT_BYTES,
  reportRow,
} from '../../support/databases/warehouse';
import { fixture } from '../../support/places';

const DUMP = fixture('small/bronze.ndjson.gz');
/** Characters that COPY, JSON and texts of C take for something else. */
const TANGLED = 'tab\t newline\n return\r backslash\\ \\. \\N "quoted" Ёё 🙂';

let warehouse: TestDatabase;
let empty: TestDatabase;
let key: string;
beforeAll(async () => {
  warehouse = await createTestDatabase();
  const { knex } = warehouse;
  await ingestDumpFile(knex, DUMP, { maxEventBytes: MAX_EVENT_BYTES });
  await loadLines(knex, ['no record', TANGLED, '\\.', Buffer.from([0, 1, 255, 10])]);
  await refresh(knex, { reason: 'first' });
  ({ key } = await createKey(knex, { name: 'the \\. key', rights: 'marts:read', expires: '90d' }));
  await createKey(knex, { name: 'second', rights: 'marts:read,bin:read' });
  await recordEntries(knex, [{ kind: 'LOOKUP', caller: '1', callerName: TANGLED }]);
  await knex('refresh.releases').insert({
    run_id: '1',
    gate: 'rows_gone',
    table_name: 'gold.financing',
    value: 1,
    released_by: 'Dana',
    why: TANGLED,
  });
});
afterAll(() => warehouse.drop());
beforeEach(async () => {
  empty = await createTestDatabase({ empty: true });
});
afterEach(() => empty.drop());

async function backupOf(database: Knex, during?: () => Promise<void>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await backUp(database, { product: 'test' }, async (content) => {
    for await (const chunk of content) {
      if (chunks.length === 0) await during?.();
      chunks.push(chunk);
    }
  });
  return Buffer.concat(chunks);
}

/** As a file is read, in pieces that fall anywhere. */
function sectionsOf(backup: Buffer, pieces = 977): Sections {
  async function* read(): AsyncGenerator<Buffer> {
    for (let at = 0; at < backup.length; at += pieces) {
      yield await Promise.resolve(backup.subarray(at, at + pieces));
    }
  }
  return new Sections(read());
}

async function put(backup: Buffer, database = empty.knex) {
  const sections = sectionsOf(backup);
  return await restore(database, await readHeader(sections), sections, {
    patience: DEFAULT_PATIENCE,
  });
}

/** A hash of all rows of each table, whatever their order. */
async function contentOf(database: Knex, schemas: readonly string[]): Promise<object> {
  const { rows: tables } = await database.raw<{ rows: { name: string }[] }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname = any(?::text[]) order by 1`,
    [schemas] as unknown as Knex.RawBinding[],
  );
  const content: Record<string, unknown> = {};
  for (const { name } of tables) {
    const { rows } = await database.raw<{ rows: { row: string }[] }>(
      `select (to_jsonb(t) - 'changed_at')::text as row from ${name} t order by 1`,
    );
    const text = rows.map(({ row }) => row).join('\n');
    content[name] = [rows.length, createHash('sha256').update(text).digest('hex')];
  }
  return content;
}

const KEPT_BESIDE = [
  'silver.bin_pseudonyms',
  'refresh.data_versions',
  'refresh.runs',
  'refresh.releases',
];
const KEPT_AS_IT_WAS = ['bronze', 'access'];

test('a backup brings back every row of Bronze, quarantine, keys, ledger, pseudonyms and versions, and all that is made from them', async () => {
  const backup = await backupOf(warehouse.knex);
  await put(backup);
  expect(await contentOf(empty.knex, KEPT_AS_IT_WAS)).toEqual(
    await contentOf(warehouse.knex, KEPT_AS_IT_WAS),
  );
  for (const table of KEPT_BESIDE) {
    const rows = async (database: Knex) =>
      (await database(table).orderBy(1)).map((row: object) => ({ ...row, definition_hash: '' }));
    expect([table, await rows(empty.knex)]).toEqual([table, await rows(warehouse.knex)]);
  }
  expect((await findHolder(empty.knex, hashOf(key)))?.name).toBe('the \\. key');

  const { status } = await refresh(empty.knex, { reason: 'restore' });
  expect(status).toBe('PUBLISHED');
  expect(await contentOf(empty.knex, ['silver', 'gold'])).toEqual(
    await contentOf(warehouse.knex, ['silver', 'gold']),
  );
  expect((await reconcile(empty.knex, { nights: 1 })).differences).toEqual([]);
  // Numbers go on where they were.
  const { id } = await createKey(empty.knex, { name: 'third', rights: 'marts:read' });
  expect(Number(id)).toBe(3);
});

test('what comes in while a backup is made is in it wholly or not at all', async () => {
  const database = await createTestDatabase();
  const records = (from: number) =>
    [0, 1, 2].map((index) =>
      change(reportRow(from + index, { service_request_id: from + index }), {
        offset: from + index,
      }),
    );
  try {
    await loadRecords(database.knex, records(1));
    const backup = await backupOf(database.knex, async () => {
      await loadRecords(database.knex, records(10));
      await createKey(database.knex, { name: 'late', rights: 'marts:read' });
      await refresh(database.knex, { reason: 'meanwhile' });
    });
    await put(backup);
    expect(await empty.knex('bronze.service_report_cdc')).toHaveLength(3);
    expect(
      await empty.knex('bronze.progress').where({ table_name: 'service_report' }).pluck('events'),
    ).toEqual(['3']);
    expect(await empty.knex('access.api_keys')).toEqual([]);
    expect(await empty.knex('refresh.data_versions')).toEqual([]);
    // The rest of the source's log is loaded as ever.
    expect(await loadRecords(empty.knex, [...records(1), ...records(10)])).toMatchObject({
      added: 3,
      known: 3,
    });
  } finally {
    await database.drop();
  }
});

test('a backup of an older release gets the migrations that came since', async () => {
  const files = await migrationFiles();
  const older = await createTestDatabase({ empty: true });
  try {
    await migrate(older.knex, DEFAULT_PATIENCE, files.slice(0, -3));
    await loadRecords(older.knex, [change(reportRow(1, { service_request_id: 1 }), { offset: 1 })]);
    await put(await backupOf(older.knex));
    expect(await empty.knex('techorda_migrations').orderBy('name').pluck('name')).toEqual(files);
    expect((await refresh(empty.knex, { reason: 'restore' })).status).toBe('PUBLISHED');
  } finally {
    await older.drop();
  }
});

test('a backup that was cut short loads nothing, wherever it was cut, and a whole one does so afterwards', async () => {
  const backup = await backupOf(warehouse.knex);
  for (const share of [0.001, 0.3, 0.7, 0.999]) {
    const cut = backup.subarray(0, Math.floor(backup.length * share));
    await expect(put(cut)).rejects.toThrow(BrokenBackup);
  }
  expect(await empty.knex('bronze.service_report_cdc')).toEqual([]);
  expect(await empty.knex('silver.bin_pseudonyms')).toEqual([]);
  await put(backup);
  expect((await empty.knex('bronze.service_report_cdc')).length).toBeGreaterThan(0);
});

test('a backup whose rows are not as many as it says is broken', async () => {
  const text = (await backupOf(warehouse.knex)).toString('utf8');
  const lacking = text.replace(/"access\.api_keys":2/, '"access.api_keys":3');
  expect(lacking).not.toBe(text);
  await expect(put(Buffer.from(lacking))).rejects.toThrow(
    'It should hold 3 rows of access.api_keys, and holds 2.',
  );
  expect(await empty.knex('access.api_keys')).toEqual([]);
});

test.each([
  [/\{"table":/, '{"no table":', 'Where a table should begin, it holds something else.'],
  [
    /\{"table":"access\.api_keys","columns":\[[^\]]*\]/,
    '{"table":"access.api_keys","columns":5',
    'Where a table should begin, it holds something else.',
  ],
  [
    /("table":"access\.api_keys","columns":\[)/,
    '$1"none",',
    'It holds the column none of the table access.api_keys, which is none of this program.',
  ],
])(
  'a line %s of a table that is another is told in a sentence, and nothing is loaded',
  async (line, other, sentence) => {
    const text = (await backupOf(warehouse.knex)).toString('utf8');
    const changed = text.replace(line, other);
    expect(changed).not.toBe(text);
    const refused = put(Buffer.from(changed));
    await expect(refused).rejects.toThrow(BrokenBackup);
    await expect(refused).rejects.toThrow(sentence);
    expect(await empty.knex('access.api_keys')).toEqual([]);
  },
);

test.each([
  [(text: string) => text, true, /^This database has tables of this program already\. /],
  [
    (text: string) => text.replace('"migrations":[', '"migrations":["20990101000000_later.sql",'),
    false,
    /^It is a backup of release test, which has the migration 20990101000000_later\.sql/,
  ],
  [
    (text: string) => text.replace('{"techordaBackup":1', '{"techordaBackup":2'),
    false,
    /^It is a backup of a newer release/,
  ],
  [() => '{"a": 1}\n', false, /^It is no backup of this program\.$/],
])(
  'what cannot be restored is refused before anything is changed (%#)',
  async (changed, beside, sentence) => {
    const text = (await backupOf(warehouse.knex)).toString('utf8');
    const refused = put(Buffer.from(changed(text)), beside ? warehouse.knex : empty.knex);
    await expect(refused).rejects.toThrow(RestoreRefused);
    await expect(refused).rejects.toThrow(sentence);
    const { rows } = await empty.knex.raw<{ rows: { made: boolean }[] }>(
      "select to_regclass('techorda_migrations') is not null as made",
    );
    expect(rows).toEqual([{ made: false }]);
  },
);
