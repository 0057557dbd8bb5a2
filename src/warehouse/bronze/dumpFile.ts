import { stat } from 'node:fs/promises';
import type { Knex } from 'knex';
import { linesOf } from './dump/dumpLines';
import { NotADump } from './dump/foreignInput';
import { BrokenInput, ingest } from './ingest';
import { NOTHING_LOADED, type LoadCounts } from './loadCounts';
import { openDump, STANDARD_INPUT, type OpenDump } from './dump/openDump';

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

async function isPipe(file: string): Promise<boolean> {
  if (file === STANDARD_INPUT) return true;
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/**
 * Looks at the first bytes of a file, without loading anything; a pipe can be read once only and is passed
 * over. Throws {@link NotADump} for what is no dump, {@link BrokenInput} for what cannot be read.
 */
export async function checkDumpFile(file: string): Promise<void> {
  if (!(await isPipe(file))) (await openForReading(file)).close();
}

/**
 * Loads a dump, plain or gzipped, into Bronze. Throws {@link BrokenInput} for one that breaks off: what was
 * read before stays loaded; {@link NotADump} for what is none, before anything is loaded.
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
    if (error instanceof NotADump) throw error;
    throw new BrokenInput(error, NOTHING_LOADED);
  }
}
