import { basename } from 'node:path';
import type { Knex } from 'knex';
import { connectorText, connectorTotal } from '../warehouse/bronze/connectorCounts';
import { checkDumpFile, ingestDumpFile } from '../warehouse/bronze/dumpFile';
import { NotADump } from '../warehouse/bronze/dump/foreignInput';
import { BrokenInput } from '../warehouse/bronze/ingest';
import type { LoadCounts } from '../warehouse/bronze/loadCounts';
import {
  addCounts,
  NOTHING_LOADED,
  recordsOf,
  unreadableShare,
} from '../warehouse/bronze/loadCounts';
import { STANDARD_INPUT } from '../warehouse/bronze/dump/openDump';
import type { Config } from '../config/config';
import { requestRefresh } from '../ground/database/queue/refreshQueue';
import type { ProgressLine } from './telling/progressLine';
import { progressLine } from './telling/progressLine';
import { count, type Write } from './telling/writing';

/** `3 new, 0 known before, 2 quarantined (1 of them before)`, with the connector's own where there are any. */
export function countsText({
  added,
  known,
  unreadable,
  quarantined,
  connector,
}: LoadCounts): string {
  const before = unreadable - quarantined;
  return [
    `${count(added)} new`,
    `${count(known)} known before`,
    `${count(unreadable)} quarantined${before > 0 ? ` (${count(before)} of them before)` : ''}`,
    ...(connectorTotal(connector) > 0 ? [`${connectorText(connector)} passed over`] : []),
  ].join(', ');
}

/** The file as a sentence names it. */
function named(file: string): string {
  return file === STANDARD_INPUT ? 'The standard input' : file;
}

/** The file before what was counted of it. */
const shortName = (file: string) => (file === STANDARD_INPUT ? 'standard input' : basename(file));

/** The share of records that may be unreadable, and what set it. */
interface QuarantineLimit {
  readonly share: number;
  readonly by: 'MAX_QUARANTINE_SHARE' | '--max-quarantine';
}

/** What the file is instead of a dump, and what to do. */
function notADump(file: string, { input, gzipped }: NotADump): Error {
  const what = `${named(file)} ${input.is}${gzipped ? ', inside gzip' : ''}.`;
  const from = file === STANDARD_INPUT ? '…' : JSON.stringify(file);
  const unzip = gzipped ? `gunzip -c ${from} | ` : '';
  const todo =
    input.unpack === undefined
      ? input.advice
      : `Try: ${unzip}${input.unpack}${gzipped ? '' : ` ${from}`} | techorda ingest -`;
  return new Error(`${what} Nothing was loaded. ${todo ?? ''}`.trim());
}

/** Why a dump could not be read to its end, and what was loaded of it, in full sentences. */
function brokenInput(file: string, { code, message, loaded }: BrokenInput): Error {
  const before = recordsOf(loaded) > 0 ? `What came before is loaded: ${countsText(loaded)}. ` : '';
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
    ? `${named(file)} is gzipped, and broken or cut short.`
    : `${named(file)} could not be read to its end: ${message}.`;
  return new Error(
    `${why} ${before}Load it again once it is whole: what is known is not loaded twice.`,
  );
}

function inSentences(file: string, error: unknown): unknown {
  if (error instanceof NotADump) return notADump(file, error);
  return error instanceof BrokenInput ? brokenInput(file, error) : error;
}

/** Rounded down to two digits, lest nearly all be shown as all. */
const percent = (share: number) => `${Math.floor(Number((share * 10_000).toFixed(4))) / 100}%`;

/** Why a file that was read to its end is a failure all the same; undefined for one that is none. */
function failureOf(file: string, counts: LoadCounts, limit: QuarantineLimit): string | undefined {
  if (recordsOf(counts) === 0) {
    return `${named(file)} is empty; expected change events of the source database, one a line.`;
  }
  const share = unreadableShare(counts);
  if (share <= limit.share) return undefined;
  if (share === 1) {
    return `${named(file)}: no record could be read; expected change events of the source database, one a line.`;
  }
  const events = recordsOf(counts) - connectorTotal(counts.connector);
  return (
    `${named(file)}: ${count(counts.unreadable)} of ${count(events)} records could not be read (${percent(share)}), ` +
    `more than the ${percent(limit.share)} that ${limit.by} allows. What could be read is loaded.`
  );
}

async function ingestOne(
  database: Knex,
  config: Config,
  file: string,
  write: Write,
): Promise<LoadCounts> {
  let line: ProgressLine | undefined;
  try {
    const counts = await ingestDumpFile(database, file, {
      maxEventBytes: config.MAX_EVENT_BYTES,
      onProgress: ({ bytesRead, bytesTotal, ...counts }) => {
        line ??= progressLine(shortName(file), bytesTotal);
        line.update(bytesRead, countsText(counts));
      },
    });
    line?.stop();
    write(`${shortName(file)}: ${countsText(counts)}\n`);
    return counts;
  } catch (error) {
    line?.stop();
    throw error;
  }
}

/**
 * `techorda ingest`: loads dumps into Bronze one after another, says what became of their records,
 * and asks the worker for a refresh. Throws a sentence for a file that is no dump, before anything is
 * loaded; for one that cannot be read to its end; and for one of whose records more than a share cannot
 * be read: `maxQuarantine`, or the setting where it is absent. Whether it throws depends on the files, not on what was loaded before.
 */
export async function ingestFiles(
  database: Knex,
  config: Config,
  files: readonly string[],
  write: Write,
  maxQuarantine?: number,
): Promise<void> {
  const limit: QuarantineLimit =
    maxQuarantine === undefined
      ? { share: config.MAX_QUARANTINE_SHARE, by: 'MAX_QUARANTINE_SHARE' }
      : { share: maxQuarantine, by: '--max-quarantine' };
  for (const file of files) {
    await checkDumpFile(file).catch((error: unknown) => {
      throw inSentences(file, error);
    });
  }
  let total = NOTHING_LOADED;
  const failures: string[] = [];
  try {
    for (const file of files) {
      try {
        const counts = await ingestOne(database, config, file, write);
        total = addCounts(total, counts);
        const failure = failureOf(file, counts, limit);
        if (failure !== undefined) failures.push(failure);
      } catch (error) {
        if (error instanceof BrokenInput) total = addCounts(total, error.loaded);
        throw inSentences(file, error);
      }
    }
  } finally {
    if (total.added > 0) await requestRefresh(database, { reason: 'ingest', full: false });
  }
  if (files.length > 1) write(`all: ${countsText(total)}\n`);
  if (total.unreadable > 0) {
    write('See what could not be read with: techorda quarantine list\n');
  }
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
