import { stat } from 'node:fs/promises';
import type { Knex } from 'knex';
import { linesOf, openDump } from './dumpLines';
import { ingest } from './ingest';
import type { LoadCounts } from './loadBatch';

/** How far the loading of a file has come. */
export interface FileProgress extends LoadCounts {
  /** Bytes of the file as it lies on disk. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

export interface DumpFileOptions {
  /** A larger record goes to quarantine, in bytes. */
  readonly maxEventBytes: number;
  readonly onProgress?: (progress: FileProgress) => void;
}

/** Of a record too large to be read, so many times its limit is kept in quarantine. */
const KEPT_OF_TOO_LARGE = 4;

/** Loads a dump, plain or gzipped, into Bronze. What was read before a failure stays loaded. */
export async function ingestDumpFile(
  database: Knex,
  file: string,
  { maxEventBytes, onProgress }: DumpFileOptions,
): Promise<LoadCounts> {
  const { size: bytesTotal } = await stat(file);
  const { stream, bytesRead } = await openDump(file);
  try {
    return await ingest(database, linesOf(stream, maxEventBytes * KEPT_OF_TOO_LARGE), {
      maxEventBytes,
      onProgress: (counts) => onProgress?.({ ...counts, bytesRead: bytesRead(), bytesTotal }),
    });
  } finally {
    stream.destroy();
  }
}
