import { isUtf8 } from 'node:buffer';

/** Input that is no dump of change events, whatever it is. */
export interface ForeignInput {
  /** Goes on after the name of the file: "is compressed with zstd". */
  readonly is: string;
  /** The command that turns it into a dump on its standard output, where there is one. */
  readonly unpack?: string;
  /** Else what to do, as a sentence. */
  readonly advice?: string;
}

interface Signature extends ForeignInput {
  readonly bytes: Buffer;
  /** Where the bytes stand, from the input's beginning. */
  readonly at?: number;
}

/** So many bytes from the beginning are enough to tell all kinds apart. */
export const HEAD_BYTES = 4_096;

const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const ascii = (text: string) => Buffer.from(text, 'latin1');

const compressed = (by: string, unpack: string, ...all: Buffer[]): Signature[] =>
  all.map((bytes) => ({ is: `is compressed with ${by}`, unpack, bytes }));
const file = (what: string, advice: string, ...all: Buffer[]): Signature[] =>
  all.map((bytes) => ({ is: `is ${what}`, advice, bytes }));

const DUMP_AGAIN = 'Dump the topic as text: kcat -C -J -e -t TOPIC.';
const EXPORT_ROWS = 'A table of rows has no change events. ' + DUMP_AGAIN;
const DECRYPT = 'Decrypt it first.';
const UNPACK = 'Unpack it first.';
const FETCH_AGAIN = 'Fetch it again, or dump the topic again.';

const SIGNATURES: readonly Signature[] = [
  ...compressed('gzip a second time', 'gunzip -c', hex('1f8b')),
  ...compressed('zstd', 'zstd -dc', hex('28b52ffd'), hex('502a4d18')),
  ...compressed('lz4', 'lz4 -dc', hex('04224d18'), hex('02214c18')),
  ...compressed('xz', 'xz -dc', hex('fd377a585a00')),
  ...compressed('lzma', 'xz -dc --format=lzma', hex('5d00008000'), hex('5d00000004')),
  ...compressed('bzip2', 'bzip2 -dc', ascii('BZh')),
  ...compressed('lzip', 'lzip -dc', ascii('LZIP')),
  ...compressed('compress', 'uncompress -c', hex('1f9d')),
  ...file('compressed with snappy', UNPACK, hex('ff060000734e61507059'), hex('82534e41505059')),
  ...file(
    'a zip archive',
    'Unpack it first: unzip -p FILE.',
    ascii('PK\x03\x04'),
    ascii('PK\x05\x06'),
  ),
  ...file('a 7z archive', UNPACK, hex('377abcaf271c')),
  ...file('a RAR archive', UNPACK, ascii('Rar!\x1a\x07')),
  { is: 'is a tar archive', unpack: 'tar -xOf', bytes: ascii('ustar'), at: 257 },
  ...file('an Avro container file', DUMP_AGAIN, ascii('Obj\x01')),
  ...file('a Parquet file', EXPORT_ROWS, ascii('PAR1'), ascii('PARE')),
  ...file('an ORC file', EXPORT_ROWS, ascii('ORC')),
  ...file('an Arrow file', EXPORT_ROWS, ascii('ARROW1')),
  ...file('a dump by pg_dump', EXPORT_ROWS, ascii('PGDMP')),
  ...file('an SQLite database', EXPORT_ROWS, ascii('SQLite format 3\0')),
  ...file('an Office document', EXPORT_ROWS, hex('d0cf11e0a1b11ae1')),
  ...file('a PDF document', DUMP_AGAIN, ascii('%PDF-')),
  ...file(
    'encrypted',
    DECRYPT,
    ascii('Salted__'),
    ascii('U2FsdGVkX1'),
    ascii('-----BEGIN PGP MESSAGE'),
    ascii('-----BEGIN AGE ENCRYPTED'),
    ascii('-----BEGIN CMS'),
    ascii('-----BEGIN PKCS7'),
    ascii('age-encryption.org/'),
    ascii('$ANSIBLE_VAULT;'),
    ascii('LUKS\xba\xbe'),
    // OpenPGP: a session key by a passphrase or a public key, in the lengths that are written.
    hex('8c0d04'),
    hex('8c1e04'),
    hex('c34e04'),
    hex('85010c03'),
    hex('85020c03'),
    hex('845e03'),
  ),
];

/** What texts begin with that are no lines of records. Blanks before them are left out. */
const TEXTS: readonly (ForeignInput & { readonly begins: RegExp })[] = [
  {
    begins: /^\[\s*(?:[[{\]]|$)/,
    is: 'is one JSON array',
    unpack: "jq -c '.[]'",
  },
  { begins: /^\{[ \t]*\r?\n/, is: 'is JSON over several lines', unpack: 'jq -c .' },
  {
    begins: /^\{\s*(?:"(?:before|after|op)"\s*:|"schema"\s*:\s*\{)/,
    is: 'holds the values alone, without topic, partition, offset and key',
    advice: DUMP_AGAIN,
  },
  {
    begins: /^<(?:!doctype html|html|head|body)\b/i,
    is: 'is a page of HTML, perhaps of an error',
    advice: 'Look into it, and fetch the dump again.',
  },
  { begins: /^<(?:\?xml|[a-z][\w.:-]*[\s>])/i, is: 'is XML', advice: DUMP_AGAIN },
  {
    begins:
      /^(?:--[^\n]*\n\s*)*(?:--\s[^{\n]*\bdump\b|(?:create (?:table|schema|database|extension)|insert into|drop (?:table|schema)|alter table|copy)\s+["\w]|set \w+ (?:=|to)|(?:begin|start transaction)\s*;)/i,
    is: 'is a dump in SQL',
    advice: EXPORT_ROWS,
  },
];

const BYTE_ORDER_MARK = '\uFEFF';

/** UTF-16 and UTF-32, with their mark or known by the zeros beside Latin letters. */
function wideText(head: Buffer): ForeignInput | undefined {
  const starts = (digits: string) => head.subarray(0, digits.length / 2).equals(hex(digits));
  const of = (encoding: string) => ({
    is: `is text in ${encoding}`,
    unpack: `iconv -f ${encoding} -t UTF-8`,
  });
  if (starts('fffe0000')) return of('UTF-32LE');
  if (starts('0000feff')) return of('UTF-32BE');
  if (starts('fffe')) return of('UTF-16LE');
  if (starts('feff')) return of('UTF-16BE');
  const [first = 0, second = 0, third = 0, fourth = 0] = head;
  const latin = (byte: number) => byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte < 0x7f);
  if (latin(first) && second === 0 && latin(third) && fourth === 0) return of('UTF-16LE');
  if (first === 0 && latin(second) && third === 0 && latin(fourth)) return of('UTF-16BE');
  return undefined;
}

/** A segment of a broker's log begins with an offset, a length, an epoch and the format's version. */
function isKafkaSegment(head: Buffer): boolean {
  if (head.length < 61 || head.readUInt16BE(0) !== 0) return false;
  return head[16] === 2 && head.readInt32BE(8) >= 49;
}

/** A header and a row below it with as many separators, and no JSON in the header. */
function isTableOfText(text: string): boolean {
  const [header = '', row] = text.split(/\r?\n/, 2);
  if (row === undefined || row.startsWith('{')) return false;
  return [',', ';', '\t'].some((separator) => {
    const names = header.split(separator);
    return (
      names.length > 1 &&
      names.every((name) => /^\s*"?[\p{L}_][\p{L}\p{N}_ .-]{0,100}"?\s*$/u.test(name)) &&
      row.split(separator).length >= names.length
    );
  });
}

/** Bytes that no text has: encrypted, or of a compression without a mark of its own. */
function isBinary(head: Buffer): boolean {
  if (head.length < 32) return false;
  const controls = head.filter((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0d].includes(byte)).length;
  if (controls / head.length < 0.05) return false;
  // A character that the head's end cuts in two is no fault of the text.
  return ![0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, head.length - cut)));
}

/** What the input is by its first bytes; undefined where it may be a dump of change events. */
export function foreignInput(head: Buffer): ForeignInput | undefined {
  const signature = SIGNATURES.find(({ bytes, at = 0 }) =>
    head.subarray(at, at + bytes.length).equals(bytes),
  );
  if (signature !== undefined) return signature;
  const wide = wideText(head);
  if (wide !== undefined) return wide;
  if (isKafkaSegment(head))
    return { is: "is a segment of a Kafka broker's log", advice: DUMP_AGAIN };
  if (head.length >= 32 && head.every((byte) => byte === 0)) {
    return { is: 'holds zeros, as a file that was never written to its end', advice: FETCH_AGAIN };
  }
  if (isBinary(head)) {
    return { is: 'is no text: it may be encrypted or compressed', advice: DECRYPT };
  }
  const text = head.toString('utf8').replace(BYTE_ORDER_MARK, '').trimStart();
  const found = TEXTS.find(({ begins }) => begins.test(text));
  if (found !== undefined) return found;
  return isTableOfText(text) ? { is: 'is a table of text (CSV)', advice: EXPORT_ROWS } : undefined;
}

/** The input is no dump. Nothing of it was read further. */
export class NotADump extends Error {
  override readonly name = 'NotADump';

  constructor(
    readonly input: ForeignInput,
    /** The input was found inside gzip. */
    readonly gzipped: boolean,
  ) {
    super(`The input ${input.is}.`);
  }
}
