import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { NOTHING_LOADED } from '../../../src/warehouse/bronze/loadCounts';
import type { FileProgress } from '../../../src/warehouse/bronze/dumpFile';
import { ingestDumpFile } from '../../../src/warehouse/bronze/dumpFile';
import { runTypeScript } from '../../support/programs/childProcess';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import {
  MAX_EVENT_BYTES,
  change,
  dumpLine,
  emptyWarehouse,
  loadLines,
  loadRecords,
  reportRow,
} from '../../support/databases/warehouse';
import { supportProgram } from '../../support/places';

let warehouse: TestDatabase;
let folder: string;

beforeAll(async () => {
  warehouse = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'techorda-dumps-'));
});
beforeEach(() => emptyWarehouse(warehouse.knex));
afterAll(async () => {
  await warehouse.drop();
  await rm(folder, { recursive: true, force: true });
});

/** As many report events, at the offsets from `first` on. */
function reportLines(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, index) => {
    const offset = first + index;
    return dumpLine(change(reportRow(1 + (offset % 1_000)), { offset }));
  });
}

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

async function load(content: string | Buffer) {
  const file = join(folder, 'dump');
  await writeFile(file, content);
  return await ingestDumpFile(warehouse.knex, file, { maxEventBytes: MAX_EVENT_BYTES });
}

interface Numbered {
  readonly topic: string;
  readonly kafka_partition: number;
  readonly kafka_offset: string;
  readonly event_no: string;
}

async function bronzeRows(table = 'service_report'): Promise<Numbered[]> {
  return await warehouse
    .knex<Numbered>(`bronze.${table}_cdc`)
    .select('topic', 'kafka_partition', 'kafka_offset', 'event_no')
    .orderBy('event_no');
}

/** Each coordinate once, numbered 1, 2, 3 … and as many as the table says that it has. */
async function expectEachOnce(count: number, table = 'service_report'): Promise<void> {
  const rows = await bronzeRows(table);
  expect(rows.map(({ event_no }) => Number(event_no))).toEqual(
    Array.from({ length: count }, (_, index) => index + 1),
  );
  const coordinates = rows.map((row) => `${row.topic} ${row.kafka_partition} ${row.kafka_offset}`);
  expect(new Set(coordinates).size).toBe(count);
  const progress = await warehouse
    .knex('bronze.progress')
    .where({ table_name: table })
    .first<{ events: string }>('events');
  expect(Number(progress.events)).toBe(count);
}

describe('a dump', () => {
  const loaded = { ...NOTHING_LOADED, added: 5, known: 0 };

  test.each<[string, (lines: string[]) => string | Buffer]>([
    ['plain', text],
    ['gzipped', (lines) => gzipSync(text(lines))],
    ['gzipped in several members', (lines) => Buffer.concat(lines.map((l) => gzipSync(`${l}\n`)))],
    [
      'gzipped in members that end within a line',
      (lines) => {
        const bytes = Buffer.from(text(lines));
        const middle = Math.floor(bytes.length / 2);
        return Buffer.concat([
          gzipSync(bytes.subarray(0, middle)),
          gzipSync(bytes.subarray(middle)),
        ]);
      },
    ],
    ['with lines that end by CR LF', (lines) => lines.map((line) => `${line}\r\n`).join('')],
    ['with a byte order mark', (lines) => `\uFEFF${text(lines)}`],
    [
      'joined of two with a mark each',
      (lines) => `\uFEFF${text(lines.slice(0, 2))}\uFEFF${text(lines.slice(2))}`,
    ],
    ['with empty lines', (lines) => `\n\r\n\n${lines.map((line) => `${line}\n\n\r\n`).join('')}\n`],
    ['whose last line does not end', (lines) => lines.join('\n')],
    ['whose last line ends by CR alone', (lines) => `${lines.join('\r\n')}\r`],
  ])('is loaded whole when it is %s', async (_, write) => {
    const lines = reportLines(5);
    expect(await load(write(lines))).toEqual(loaded);
    await expectEachOnce(5);
    expect(await load(write(lines))).toEqual({ ...NOTHING_LOADED, added: 0, known: 5 });
  });

  test('of nothing adds nothing', async () => {
    const nothing = { ...NOTHING_LOADED, added: 0, known: 0 };
    expect(await load('')).toEqual(nothing);
    expect(await load('\n\r\n')).toEqual(nothing);
    expect(await load(gzipSync(''))).toEqual(nothing);
  });

  test('is loaded from its beginning even where the database answers late', async () => {
    // A pool without connections, so that the first must be made while the file lies open.
    const late = await createTestDatabase({ poolSize: 1 });
    try {
      const file = join(folder, 'late');
      await writeFile(file, text(reportLines(5)));
      const holder = late.knex.client as { acquireConnection(): Promise<unknown> };
      const acquire = holder.acquireConnection.bind(holder);
      holder.acquireConnection = async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return await acquire();
      };
      const counts = await ingestDumpFile(late.knex, file, { maxEventBytes: MAX_EVENT_BYTES });
      expect(counts).toEqual(loaded);
    } finally {
      await late.drop();
    }
  });

  test('may hold several topics', async () => {
    const lines = [0, 1, 2].flatMap((offset) => [
      dumpLine(change(reportRow(1), { offset })),
      dumpLine(change({ id: 1 }, { offset, table: 'service_servicerequest' })),
      dumpLine(change({ id: 1 }, { offset, table: 'account_company', partition: 2 })),
      dumpLine({ ...change(reportRow(1), { offset }), topic: 'other.service_report' }),
    ]);
    expect(await load(text(lines))).toEqual({ ...NOTHING_LOADED, added: 12, known: 0 });
    await expectEachOnce(6, 'service_report');
    await expectEachOnce(3, 'service_servicerequest');
    await expectEachOnce(3, 'account_company');
  });

  test('that is gzipped and cut short is loaded as far as it goes, and the failure is told', async () => {
    const whole = gzipSync(text(reportLines(2_000)), { level: 1 });
    const cut = whole.subarray(0, Math.floor(whole.length / 2));
    await expect(load(cut)).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
    const added = (await bronzeRows()).length;
    expect(added).toBeGreaterThan(100);
    expect(added).toBeLessThan(2_000);
    expect(await warehouse.knex('bronze.quarantine')).toEqual([]);

    expect(await load(whole)).toEqual({ ...NOTHING_LOADED, added: 2_000 - added, known: added });
    await expectEachOnce(2_000);
  });

  test('that is gzipped and damaged is told too', async () => {
    const damaged = gzipSync(text(reportLines(2_000)), { level: 1 });
    damaged.fill(0xff, damaged.length - 400, damaged.length - 200);
    await expect(load(damaged)).rejects.toThrow();
  });

  test('that does not exist or is a folder is told', async () => {
    const options = { maxEventBytes: MAX_EVENT_BYTES };
    await expect(ingestDumpFile(warehouse.knex, join(folder, 'none'), options)).rejects.toThrow(
      /ENOENT/,
    );
    await expect(ingestDumpFile(warehouse.knex, folder, options)).rejects.toThrow(/EISDIR/);
  });

  test('tells how far it has come, in bytes of the file and in events', async () => {
    const file = join(folder, 'progress');
    const lines = reportLines(12_000);
    await writeFile(file, gzipSync(text(lines), { level: 1 }));
    const progress: FileProgress[] = [];
    await ingestDumpFile(warehouse.knex, file, {
      maxEventBytes: MAX_EVENT_BYTES,
      onProgress: (now) => progress.push(now),
    });
    expect(progress.length).toBeGreaterThan(1);
    for (const told of ['added', 'bytesRead'] as const) {
      const growing = progress.map((now) => now[told]);
      expect(growing).toEqual([...growing].sort((a, b) => a - b));
    }
    const last = progress.at(-1);
    expect([last?.added, last?.bytesRead]).toEqual([12_000, last?.bytesTotal]);
  });
});

describe('the same record', () => {
  test('is known by its topic, partition and offset, in any order and overlap', async () => {
    expect(await loadLines(warehouse.knex, reportLines(10, 5))).toMatchObject({ added: 10 });
    expect(await loadLines(warehouse.knex, reportLines(10, 0).reverse())).toEqual({
      ...NOTHING_LOADED,
      added: 5,
      known: 5,
    });
    expect(await loadLines(warehouse.knex, reportLines(20))).toMatchObject({ added: 5, known: 15 });
    await expectEachOnce(20);
  });

  test('is another one on another partition or topic', async () => {
    const record = change(reportRow(1), { offset: 7 });
    const places = [
      record,
      { ...record, partition: 1 },
      { ...record, topic: 'copy.public.service_report' },
    ];
    expect(await loadRecords(warehouse.knex, places)).toMatchObject({ added: 3, quarantined: 0 });
    await expectEachOnce(3);
  });

  test('is added once though it comes twice in one batch', async () => {
    const lines = reportLines(3);
    const counts = await loadLines(warehouse.knex, [...lines, ...lines, ...lines]);
    expect(counts).toEqual({ ...NOTHING_LOADED, added: 3, known: 6 });
    await expectEachOnce(3);
  });

  test('is known though the dump spells its line otherwise', async () => {
    const [line = ''] = reportLines(1);
    await loadLines(warehouse.knex, [line]);
    const { key, ...rest } = JSON.parse(line) as Record<string, unknown>;
    const other = JSON.stringify({ headers: ['x'], ...rest, ts: 1, key }, undefined, 1);
    const counts = await loadLines(warehouse.knex, [other.replaceAll('\n', ' ')]);
    expect(counts).toEqual({ ...NOTHING_LOADED, added: 0, known: 1 });
  });

  test('is kept as it came, whatever characters it has', async () => {
    const name = 'a\\b\tc\nd\re"f\\N \\. {},ё😀\u2028\u0001';
    const record = change(
      { id: 1, [name]: name, tin: '__debezium_unavailable_value' },
      {
        offset: 0,
        table: 'account_company',
      },
    );
    record satisfies { payload?: unknown };
    await loadRecords(warehouse.knex, [record]);
    const row = await warehouse
      .knex('bronze.account_company_cdc')
      .first<{ payload: string; record_key: string; unavailable: string[] }>();
    expect(row.payload).toBe(JSON.stringify(record.payload));
    expect(row.record_key).toBe('{"id":1}');
    expect(row.unavailable).toEqual(['tin']);
  });
});

describe('loads at the same time', () => {
  test('give each event of one dump once, without a gap in its number', async () => {
    const file = join(folder, 'parallel');
    const lines = [0, 1, 2].flatMap((block) => [
      ...reportLines(3_000, block * 3_000),
      ...Array.from({ length: 500 }, (_, index) =>
        dumpLine(change({ id: 1 }, { offset: block * 500 + index, table: 'account_company' })),
      ),
      `broken ${block}`,
    ]);
    await writeFile(file, text(lines));
    const loads = await Promise.all(
      [1, 2, 3].map(() => ingestDumpFile(warehouse.knex, file, { maxEventBytes: MAX_EVENT_BYTES })),
    );
    const total = (name: 'added' | 'quarantined') =>
      loads.reduce((sum, counts) => sum + counts[name], 0);
    expect([total('added'), total('quarantined')]).toEqual([10_500, 3]);
    await expectEachOnce(9_000);
    await expectEachOnce(1_500, 'account_company');
    expect(await warehouse.knex('bronze.quarantine').select('reason_code')).toHaveLength(3);
  });

  test('never wait for each other for ever, in whatever order their records come', async () => {
    const broken = Array.from({ length: 300 }, (_, index) => `broken ${index}`);
    const tables = ['account_company', 'service_servicerequest'].flatMap((table) =>
      Array.from({ length: 300 }, (_, offset) => dumpLine(change({ id: 1 }, { offset, table }))),
    );
    const lines = [...tables, ...broken];
    await Promise.all(
      [lines, [...lines].reverse(), broken, [...broken].reverse()].map((some) =>
        loadLines(warehouse.knex, some),
      ),
    );
    await expectEachOnce(300, 'account_company');
    await expectEachOnce(300, 'service_servicerequest');
    expect(await warehouse.knex('bronze.quarantine').select('reason_code')).toHaveLength(300);
  });
});

describe('a large dump', () => {
  const PROGRAM = supportProgram('loadDump');

  /** A dump of about 4 kB an event, written as it is made. */
  async function writeDump(events: number): Promise<string> {
    const file = join(folder, 'large');
    const xml = 'x'.repeat(3_700);
    const lines = function* () {
      for (let offset = 0; offset < events; offset += 1) {
        const signature = JSON.stringify({ signed_xml: `${offset}${xml}` });
        yield `${dumpLine(change(reportRow(1 + offset, { signature }), { offset }))}\n`;
      }
    };
    await pipeline(Readable.from(lines()), createWriteStream(file));
    return file;
  }

  test('whose loading is killed stays loaded in whole batches, and is completed by another load', async () => {
    const large = await writeDump(9_000);
    const load = runTypeScript(PROGRAM, [warehouse.url, large]);
    await load.line(/^added: /);
    load.process.kill('SIGKILL');
    await load.ended;
    // The server may still be ending what the killed process had begun.
    await warehouse.knex.raw('select from bronze.progress for share');
    const added = (await bronzeRows()).length;
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThan(9_000);
    await expectEachOnce(added);

    const again = await ingestDumpFile(warehouse.knex, large, { maxEventBytes: MAX_EVENT_BYTES });
    expect(again).toEqual({ ...NOTHING_LOADED, added: 9_000 - added, known: added });
    await expectEachOnce(9_000);
  });

  test('of 100 MB is loaded in little memory', async () => {
    const large = await writeDump(24_000);
    const child = runTypeScript(PROGRAM, [warehouse.url, large], {
      env: { ...process.env, NODE_OPTIONS: '--max-old-space-size=96' },
    });
    const { code, output } = await child.ended;
    expect([code, output]).toEqual([0, expect.stringContaining('done: ')]);
    const told = JSON.parse(/^done: (.*)$/m.exec(output)?.[1] ?? '{}') as Record<string, number>;
    expect(told).toMatchObject({ ...NOTHING_LOADED, added: 24_000, known: 0 });
    expect(told['peakMegabytes']).toBeLessThan(400);
  });
});
