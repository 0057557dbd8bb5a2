import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { dumpLine, generateEvents } from '../demo/generateEvents';

export interface DemoOptions {
  /** 1 gives the volumes of January 2026. */
  readonly scale: number;
  /** A file, gzipped if its name ends in .gz; `-` is standard output. */
  readonly out: string;
}

const CHUNK_LENGTH = 128 * 1024;

/** Lines, joined to chunks that are worth a write. `count` hears of each line. */
function* chunksOfLines(scale: number, count: () => void): Generator<string> {
  let chunk = '';
  for (const record of generateEvents({ scale })) {
    count();
    chunk += `${dumpLine(record)}\n`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/**
 * `techorda demo`: writes the demonstration data as a dump, no faster than it is taken away, and
 * says how many events it wrote. A file bears its name only once it is whole.
 */
export async function demo({ scale, out }: DemoOptions): Promise<number> {
  let events = 0;
  const lines = Readable.from(chunksOfLines(scale, () => (events += 1)));
  if (out === '-') {
    try {
      await pipeline(lines, process.stdout, { end: false });
    } catch (error) {
      // Whoever reads has seen enough, as `head` does.
      if (!isClosedPipe(error)) throw error;
    }
    return events;
  }
  const unfinished = `${out}.unfinished`;
  const file = createWriteStream(unfinished);
  try {
    if (out.endsWith('.gz')) await pipeline(lines, createGzip({ level: 4 }), file);
    else await pipeline(lines, file);
    await rename(unfinished, out);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    throw new Error(`The dump cannot be written to ${out} (${code}).`, { cause: error });
  }
  return events;
}
