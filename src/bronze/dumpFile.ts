import { stat } from 'node:fs/promises';
import type { Knex } from 'knex';
import { linesOf, openDump, STANDARD_INPUT, type OpenDump } from './dumpLines';
import { BrokenInput, ingest } from './ingest';
import type { LoadCounts } from './loadBatch';

/** How far the loading of a file has come. */
export interface FileProgress extends LoadCounts {
  /** Bytes of the file as it lies on disk; the total of a pipe is not known. */
  readonly bytesRead: number;
  readonly bytesTotal: number | undefined;
}

export interface DumpFileOptions {
  /** A larger record goes to quarantine, in bytes. */
  readonly maxEventBytes: number;
  readonly onProgress?: (progress: FileProgress) => void;
}

/** Of a record too large to be read, so many times its limit is kept in quarantine. */
const KEPT_OF_TOO_LARGE = 4;

async function sizeOf(file: string): Promise<number | undefined> {
  if (file === STANDARD_INPUT) return undefined;
  const found = await stat(file);
  return found.isFile() ? found.size : undefined;
}

/**
 * Loads a dump, plain or gzipped, into Bronze. Throws {@link BrokenInput} for one that breaks off: what was
 * read before stays loaded.
 */
export async function ingestDumpFile(
  database: Knex,
  file: string,
  { maxEventBytes, onProgress }: DumpFileOptions,
): Promise<LoadCounts> {
  const dump = await openForReading(file);
  try {
    return await ingest(database, linesOf(dump.chunks, maxEventBytes * KEPT_OF_TOO_LARGE), {
      maxEventBytes,
      onProgress: (counts) =>
        onProgress?.({ ...counts, bytesRead: dump.bytesRead(), bytesTotal: dump.bytesTotal }),
    });
  } finally {
    dump.close();
  }
}

async function openForReading(
  file: string,
): Promise<OpenDump & { readonly bytesTotal: number | undefined }> {
  try {
    const bytesTotal = await sizeOf(file);
    return { ...(await openDump(file)), bytesTotal };
  } catch (error) {
    throw new BrokenInput(error, { added: 0, known: 0, quarantined: 0 });
  }
}
