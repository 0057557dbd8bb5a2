import { basename } from 'node:path';
import type { Knex } from 'knex';
import { ingestDumpFile } from '../bronze/dumpFile';
import type { LoadCounts } from '../bronze/loadBatch';
import type { Config } from '../config';
import { requestRefresh } from '../database/refreshQueue';
import type { Write } from './keys';
import type { ProgressLine } from './progressLine';
import { progressLine } from './progressLine';

export const count = (value: number) => value.toLocaleString('en-US');

export function countsText({ added, known, quarantined }: LoadCounts): string {
  return `${count(added)} new, ${count(known)} known before, ${count(quarantined)} quarantined`;
}

/** A file that cannot be read to its end, told in one sentence. */
function fileFailure(file: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return new Error(`There is no file ${file}.`);
  if (code === 'EACCES') return new Error(`The file ${file} may not be read.`);
  if (code === 'EISDIR') return new Error(`${file} is a folder; name the files in it.`);
  if (code.startsWith('Z_')) {
    return new Error(
      `${file} is gzipped and broken or cut short; what could be read of it was loaded. Load it again once it is whole.`,
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * `techorda ingest`: loads dumps into Bronze one after another, says what became of their records,
 * and asks the worker for a refresh. Throws a sentence for a file that cannot be read.
 */
export async function ingestFiles(
  database: Knex,
  config: Config,
  files: readonly string[],
  write: Write,
): Promise<void> {
  let total: LoadCounts = { added: 0, known: 0, quarantined: 0 };
  try {
    for (const file of files) {
      let line: ProgressLine | undefined;
      try {
        const counts = await ingestDumpFile(database, file, {
          maxEventBytes: config.MAX_EVENT_BYTES,
          onProgress: ({ bytesRead, bytesTotal, ...counts }) => {
            line ??= progressLine(basename(file), bytesTotal);
            line.update(bytesRead, countsText(counts));
          },
        });
        line?.stop();
        write(`${basename(file)}: ${countsText(counts)}\n`);
        total = {
          added: total.added + counts.added,
          known: total.known + counts.known,
          quarantined: total.quarantined + counts.quarantined,
        };
      } catch (error) {
        line?.stop();
        throw fileFailure(file, error);
      }
    }
  } finally {
    if (total.added > 0) await requestRefresh(database, { reason: 'ingest', full: false });
  }
  if (files.length > 1) write(`all: ${countsText(total)}\n`);
  if (total.quarantined > 0) {
    write('See what could not be read with: techorda quarantine list\n');
  }
}
