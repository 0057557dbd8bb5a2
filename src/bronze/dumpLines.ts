import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line of a dump. `bytes` is its full size; of an endless one `content` is the beginning alone. */
export interface DumpLine {
  readonly content: Buffer;
  readonly bytes: number;
}

export interface OpenDump {
  readonly chunks: AsyncIterable<Buffer>;
  /** How many of the file's own bytes, which may be compressed, were read so far. */
  readonly bytesRead: () => number;
  readonly close: () => void;
}

const CHUNK_BYTES = 1024 * 1024;
/** In the place of a file's name: what is piped in. */
export const STANDARD_INPUT = '-';

/** Chunks until there are enough bytes to tell what they are: a pipe may give one byte at a time. */
async function headOf(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < GZIP_MAGIC.length) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

/**
 * Opens a dump, plain or gzipped (told by its first bytes), in a file, a pipe, or `-`, the standard
 * input. A file that is not there fails here, one that breaks off later where its chunks are read.
 */
export async function openDump(file: string): Promise<OpenDump> {
  const source: Readable =
    file === STANDARD_INPUT
      ? process.stdin
      : createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const iterator = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const head = await headOf(iterator);
  let bytesRead = head.length;
  const raw = Readable.from(
    (async function* () {
      yield head;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        bytesRead += next.value.length;
        yield next.value;
      }
    })(),
    { objectMode: false, highWaterMark: CHUNK_BYTES },
  );
  const gzipped = head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
  // A failure is told to whoever reads the chunks, however late; until then it is not unhandled.
  const toReader = () => undefined;
  const chunks = gzipped
    ? pipeline(raw, createGunzip({ chunkSize: CHUNK_BYTES }), toReader)
    : raw.on('error', toReader);
  return {
    chunks,
    bytesRead: () => bytesRead,
    close() {
      chunks.destroy();
      source.destroy();
    },
  };
}

/** Dumps of Windows end their lines by CR LF; a dump, also one of several joined, may begin with a mark. */
function withoutMarks(content: Buffer): Buffer {
  const start = content.subarray(0, 3).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const end = content.at(-1) === CARRIAGE_RETURN ? content.length - 1 : content.length;
  return content.subarray(start, end);
}

/**
 * Cuts a stream into its lines, empty ones left out, a chunk's worth at a time. Of a line longer
 * than `keepBytes` only so much is kept, so that no input can fill the memory.
 */
export async function* linesOf(
  stream: AsyncIterable<Buffer>,
  keepBytes: number,
): AsyncGenerator<DumpLine[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let keptBytes = 0;

  const keep = (part: Buffer) => {
    restBytes += part.length;
    if (keptBytes >= keepBytes || part.length === 0) return;
    const kept = part.subarray(0, keepBytes - keptBytes);
    keptBytes += kept.length;
    rest.push(kept);
  };
  const cut = (): DumpLine => {
    const whole = rest.length === 1 && rest[0] ? rest[0] : Buffer.concat(rest);
    const content = withoutMarks(whole);
    const line = { content, bytes: restBytes - (whole.length - content.length) };
    rest = [];
    restBytes = 0;
    keptBytes = 0;
    return line;
  };

  for await (const chunk of stream) {
    const lines: DumpLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const line = cut();
      if (line.bytes > 0) lines.push(line);
    }
    // What is carried over is copied: a view would keep the whole chunk in memory.
    if (start < chunk.length) keep(Buffer.from(chunk.subarray(start)));
    if (lines.length > 0) yield lines;
  }
  const last = cut();
  if (last.bytes > 0) yield [last];
}
