import { basename } from 'node:path';
import type { Knex } from 'knex';
import { ingestDumpFile } from '../bronze/dumpFile';
import { BrokenInput } from '../bronze/ingest';
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

/** Whoever loads a file of nothing that can be read has most likely named the wrong one. */
function isAllJunk({ added, known, quarantined }: LoadCounts): boolean {
  return added + known === 0 && quarantined > 0;
}

/** Why a dump could not be read to its end, and what was loaded of it, in full sentences. */
function fileFailure(file: string, { code, message, loaded }: BrokenInput): Error {
  const some = loaded.added + loaded.known + loaded.quarantined > 0;
  const before = some ? `What came before is loaded: ${countsText(loaded)}. ` : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Error(`There is no file ${JSON.stringify(file)}.`);
    case 'EACCES':
    case 'EPERM':
      return new Error(`The file ${file} may not be read by this user.`);
    case 'EISDIR':
      return new Error(`${file} is a folder; name the files in it.`);
  }
  const why = code.startsWith('Z_')
    ? `${file} is gzipped, and broken or cut short.`
    : `${file} could not be read to its end: ${message}.`;
  return new Error(
    `${why} ${before}Load it again once it is whole: what is known is not loaded twice.`,
  );
}

/**
 * `techorda ingest`: loads dumps into Bronze one after another, says what became of their records,
 * and asks the worker for a refresh. Throws a sentence for a file that cannot be read, or that holds
 * nothing that can be.
 */
export async function ingestFiles(
  database: Knex,
  config: Config,
  files: readonly string[],
  write: Write,
): Promise<void> {
  let total: LoadCounts = { added: 0, known: 0, quarantined: 0 };
  const junk: string[] = [];
  const add = (counts: LoadCounts) => {
    total = {
      added: total.added + counts.added,
      known: total.known + counts.known,
      quarantined: total.quarantined + counts.quarantined,
    };
  };
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
        add(counts);
        if (isAllJunk(counts)) junk.push(basename(file));
      } catch (error) {
        line?.stop();
        if (!(error instanceof BrokenInput)) throw error;
        add(error.loaded);
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
  if (junk.length > 0) {
    throw new Error(
      `${junk.join(', ')}: no record could be read; expected change events of the source database, one a line.`,
    );
  }
}
