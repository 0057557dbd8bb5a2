import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const NEWLINE = 0x0a;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line of a dump. `bytes` is its full size; of an endless one `content` is the beginning alone. */
export interface DumpLine {
  readonly content: Buffer;
  readonly bytes: number;
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.equals(GZIP_MAGIC);
  } finally {
    await handle.close();
  }
}

/** Opens a dump, plain or gzipped (told by its first bytes). `onRead` hears of the file's own bytes. */
export async function openDump(file: string, onRead: (bytes: number) => void): Promise<Readable> {
  const gzipped = await isGzip(file);
  const source = createReadStream(file, { highWaterMark: 1024 * 1024 });
  source.on('data', (chunk) => onRead(chunk.length));
  if (!gzipped) return source;
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 });
  source.on('error', (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
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
  let atStart = true;

  const keep = (part: Buffer) => {
    restBytes += part.length;
    if (keptBytes >= keepBytes || part.length === 0) return;
    const kept = part.subarray(0, keepBytes - keptBytes);
    keptBytes += kept.length;
    rest.push(kept);
  };
  const cut = (): DumpLine => {
    const line = {
      content: rest.length === 1 && rest[0] ? rest[0] : Buffer.concat(rest),
      bytes: restBytes,
    };
    rest = [];
    restBytes = 0;
    keptBytes = 0;
    return line;
  };

  for await (let chunk of stream) {
    if (atStart && chunk.subarray(0, 3).equals(BYTE_ORDER_MARK)) chunk = chunk.subarray(3);
    atStart = false;
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
  if (restBytes > 0) yield [cut()];
}
