import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { foreignInput, HEAD_BYTES, NotADump } from './foreignInput';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const CHUNK_BYTES = 1024 * 1024;
/** In the place of a file's name: what is piped in. */
export const STANDARD_INPUT = '-';

export interface OpenDump {
  readonly chunks: AsyncIterable<Buffer>;
  /** How many of the file's own bytes, which may be compressed, were read so far. */
  readonly bytesRead: () => number;
  readonly close: () => void;
}

interface Peeked {
  readonly head: Buffer;
  /** All chunks, the head's first. */
  readonly chunks: AsyncGenerator<Buffer>;
}

/** Chunks until there are enough bytes to tell what they are: a pipe may give one byte at a time. */
async function peek(source: AsyncIterable<Buffer>): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let bytes = 0;
  while (bytes < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    read.push(next.value);
    bytes += next.value.length;
  }
  async function* chunks() {
    yield* read.splice(0);
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      yield next.value;
    }
  }
  return { head: Buffer.concat(read).subarray(0, HEAD_BYTES), chunks: chunks() };
}

/**
 * Opens a dump, plain or gzipped (told by its first bytes), in a file, a pipe, or `-`, the standard
 * input. A file that is not there fails here, one that breaks off later where its chunks are read.
 * Throws {@link NotADump} for what is something else by its first bytes, also inside gzip.
 */
export async function openDump(file: string): Promise<OpenDump> {
  const source: Readable =
    file === STANDARD_INPUT
      ? process.stdin
      : createReadStream(file, { highWaterMark: CHUNK_BYTES });
  let unzipped: Readable | undefined;
  let bytesRead = 0;
  const close = () => {
    unzipped?.destroy();
    source.destroy();
  };
  async function* counted() {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytesRead += chunk.length;
      yield chunk;
    }
  }
  try {
    let { head, chunks } = await peek(counted());
    const gzipped = head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
    if (gzipped) {
      const raw = Readable.from(chunks, { objectMode: false, highWaterMark: CHUNK_BYTES });
      // A failure is told to whoever reads the chunks, however late; until then it is not unhandled.
      unzipped = pipeline(raw, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
      ({ head, chunks } = await peek(unzipped));
    }
    const foreign = foreignInput(head);
    if (foreign !== undefined) throw new NotADump(foreign, gzipped);
    return { chunks, bytesRead: () => bytesRead, close };
  } catch (error) {
    close();
    throw error;
  }
}
