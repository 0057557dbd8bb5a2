import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { checkDumpFile } from '../../../src/warehouse/bronze/dumpFile';
import { foreignInput, NotADump } from '../../../src/warehouse/bronze/dump/foreignInput';
import { change, dumpLine, reportRow } from '../../support/databases/warehouse';

const record = dumpLine(change(reportRow(1), { offset: 0 }));
const dump = `${record}\n${dumpLine(change(reportRow(2), { offset: 1 }))}\n`;

const hex = (digits: string) => Buffer.concat([Buffer.from(digits, 'hex'), Buffer.from(dump)]);
const ascii = (text: string) => Buffer.from(`${text}${'x'.repeat(64)}`, 'latin1');

/** A batch of Kafka's log: offset, length, epoch, version 2, checksum and the rest. */
function kafkaSegment(): Buffer {
  const batch = Buffer.alloc(200, 0x41);
  batch.writeBigInt64BE(7n, 0);
  batch.writeInt32BE(188, 8);
  batch.writeInt32BE(3, 12);
  batch.writeInt8(2, 16);
  return batch;
}

function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

/** Bytes as chance would have them, the same in each run. */
const noise = Buffer.concat(
  Array.from({ length: 160 }, (_, index) => createHash('sha256').update(`${index}`).digest()),
);

const tar = Buffer.alloc(512);
tar.write('dump.ndjson', 0);
tar.write('ustar', 257);

const FOREIGN: readonly [what: string, content: Buffer | string, is: string][] = [
  ['zstd', hex('28b52ffd'), 'is compressed with zstd'],
  ['lz4', hex('04224d18'), 'is compressed with lz4'],
  ['snappy in frames', hex('ff060000734e61507059'), 'is compressed with snappy'],
  ["Java's snappy", hex('82534e4150505900'), 'is compressed with snappy'],
  ['xz', hex('fd377a585a00'), 'is compressed with xz'],
  ['bzip2', ascii('BZh91AY&SY'), 'is compressed with bzip2'],
  ['zip', ascii('PK\x03\x04'), 'is a zip archive'],
  ['7z', hex('377abcaf271c'), 'is a 7z archive'],
  ['tar', tar, 'is a tar archive'],
  ['UTF-16 with its mark', Buffer.from(`\uFEFF${dump}`, 'utf16le'), 'is text in UTF-16LE'],
  ['UTF-16 without a mark', Buffer.from(dump, 'utf16le'), 'is text in UTF-16LE'],
  ['UTF-16 in the other order', bigEndian(`\uFEFF${dump}`), 'is text in UTF-16BE'],
  ['the same without a mark', bigEndian(dump), 'is text in UTF-16BE'],
  ['a JSON array', `[${record}]`, 'is one JSON array'],
  ['a JSON array over lines', `\uFEFF[\n  ${record}\n]`, 'is one JSON array'],
  ['JSON over lines', JSON.stringify(JSON.parse(record), null, 2), 'is JSON over several lines'],
  [
    'values alone',
    `${JSON.stringify(change(reportRow(1), { offset: 0 }).payload)}\n`,
    'holds the values alone, without topic, partition, offset and key',
  ],
  ['Avro', ascii('Obj\x01'), 'is an Avro container file'],
  ['Parquet', ascii('PAR1'), 'is a Parquet file'],
  ['ORC', ascii('ORC'), 'is an ORC file'],
  ['Arrow', ascii('ARROW1'), 'is an Arrow file'],
  ["a broker's log", kafkaSegment(), "is a segment of a Kafka broker's log"],
  ['pg_dump -Fc', ascii('PGDMP'), 'is a dump by pg_dump'],
  ['pg_dump', '--\n-- PostgreSQL database dump\n--\n\nSET x = 0;\n', 'is a dump in SQL'],
  ['INSERTs', `INSERT INTO service_report VALUES (1, '{}');\n`, 'is a dump in SQL'],
  [
    'an error page',
    '<!DOCTYPE html><html><body>502 Bad Gateway',
    'is a page of HTML, perhaps of an error',
  ],
  ['XML', '<?xml version="1.0"?><Error/>', 'is XML'],
  ['CSV', 'id;year;report_type\n1;2024;quarter1\n', 'is a table of text (CSV)'],
  [
    'CSV of a topic',
    `topic,partition,offset,payload\na,0,1,"${dump}"\n`,
    'is a table of text (CSV)',
  ],
  ['openssl enc', ascii('Salted__'), 'is encrypted'],
  ['gpg --symmetric', hex('8c0d0407030a'), 'is encrypted'],
  ['gpg --armor', '-----BEGIN PGP MESSAGE-----\n\nhQEM', 'is encrypted'],
  ['age', 'age-encryption.org/v1\n-> X25519', 'is encrypted'],
  ['zeros', Buffer.alloc(100_000), 'holds zeros, as a file that was never written to its end'],
  ['noise', noise, 'is no text: it may be encrypted or compressed'],
  ['brotli', brotliCompressSync(noise), 'is no text: it may be encrypted or compressed'],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'techorda-foreign-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusalOf(content: Buffer | string): Promise<NotADump | undefined> {
  const file = join(folder, 'input');
  await writeFile(file, content);
  return await checkDumpFile(file).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof NotADump) return error;
      throw error;
    },
  );
}

test.each(FOREIGN)('%s is named by its first bytes, also inside gzip', async (_, content, is) => {
  const plain = await refusalOf(content);
  expect([plain?.input.is, plain?.gzipped]).toEqual([is, false]);
  const inside = await refusalOf(gzipSync(content));
  expect([inside?.input.is, inside?.gzipped]).toEqual([is, true]);
  expect(plain?.input.unpack ?? plain?.input.advice).toBeTruthy();
});

test('a dump gzipped twice is named', async () => {
  expect((await refusalOf(gzipSync(gzipSync(dump))))?.input.is).toBe(
    'is compressed with gzip a second time',
  );
});

test.each<[string, Buffer | string]>([
  ['a dump', dump],
  ['a gzipped dump', gzipSync(dump)],
  ['a dump with a byte order mark', `\uFEFF${dump}`],
  ['a dump behind empty lines', `\n\r\n\n${dump}`],
  ['a dump with its fields in another order', `{"payload":null,"topic":"t","partition":0}\n`],
  ['a dump behind a line of its program', `% Auto-selecting Consumer mode, topic, key\n${dump}`],
  ['a dump behind a line of a log', `[2026-12-01 10:00] SET offset; begin;\n${dump}`],
  [
    'a dump behind a broken record',
    Buffer.concat([Buffer.from('{"a":"\xff\x00"}\n', 'latin1'), Buffer.from(dump)]),
  ],
  ['a dump behind a line of words', `one, two\n${dump}`],
  ['a dump of one byte', '{'],
  ['an empty file', ''],
])('%s is taken for what it is', async (_, content) => {
  expect(await refusalOf(content)).toBeUndefined();
});

test('so many first bytes are looked at that no long blank hides what follows', () => {
  expect(foreignInput(Buffer.from(`${' '.repeat(1_000)}[{}]`))?.is).toBe('is one JSON array');
});
