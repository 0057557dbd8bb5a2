import { isUtf8 } from 'node:buffer';
import type { Knex } from 'knex';
import { withSession } from '../../ground/database/session';
import { readBronzeEvent } from './record/bronzeEvent';
import type { DumpLine } from './dump/dumpLines';
import type { DumpRecord } from './record/dumpRecord';
import { readCoordinates, readDumpRecord } from './record/dumpRecord';
import { connectorRecordOf } from './record/connectorRecord';
import type { PassedOver } from './passedOver';
import type { ReadLine } from './loadBatch';
import { loadBatch } from './loadBatch';
import type { LoadCounts } from './loadCounts';
import { addCounts, NOTHING_LOADED } from './loadCounts';
import type { Rejected } from './quarantine';
import { Unreadable } from './record/unreadable';

/** A transaction's worth: large enough for COPY to be cheap, small enough to be held twice. */
const BATCH_RECORDS = 2_000;
const BATCH_BYTES = 4 * 1024 * 1024;

export interface IngestOptions {
  /** A larger record goes to quarantine, in bytes. */
  readonly maxEventBytes: number;
  /** Hears after each batch what became of all records so far. */
  readonly onProgress?: (counts: LoadCounts) => void;
}

/** Reads a line into an event, or says why it cannot be read. Never throws for a line's content. */
export function readLine(line: DumpLine, maxEventBytes: number): ReadLine | Rejected | PassedOver {
  let record: DumpRecord | undefined;
  try {
    if (line.bytes > maxEventBytes) {
      throw new Unreadable('TOO_LARGE', `The record is larger than ${maxEventBytes} bytes.`);
    }
    if (line.content.length < line.bytes) {
      throw new Unreadable(
        'TOO_LARGE',
        'Only the beginning of this large record was kept: load its dump again.',
      );
    }
    if (!isUtf8(line.content)) throw new Unreadable('NOT_UTF8', 'The record is not UTF-8.');
    record = readDumpRecord(line.content.toString('utf8'));
    return { event: readBronzeEvent(record), line: line.content };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const connectorRecord = record && connectorRecordOf(record);
    if (record !== undefined && connectorRecord !== undefined) {
      return { connectorRecord, coordinates: record };
    }
    const coordinates = record ?? readCoordinates(line.content);
    return { line: line.content, bytes: line.bytes, reason: error, coordinates };
  }
}

class BatchUnderWay {
  read: ReadLine[] = [];
  rejected: Rejected[] = [];
  passedOver: PassedOver[] = [];
  bytes = 0;

  add(line: DumpLine, maxEventBytes: number): void {
    const outcome = readLine(line, maxEventBytes);
    if ('event' in outcome) this.read.push(outcome);
    else if ('reason' in outcome) this.rejected.push(outcome);
    else this.passedOver.push(outcome);
    this.bytes += line.content.length;
  }

  get isFull(): boolean {
    const records = this.read.length + this.rejected.length + this.passedOver.length;
    return records >= BATCH_RECORDS || this.bytes >= BATCH_BYTES;
  }
}

/** The input broke off; what was read before it did is loaded. The cause says why. */
export class BrokenInput extends Error {
  override readonly name = 'BrokenInput';
  readonly code: string;

  constructor(
    override readonly cause: unknown,
    readonly loaded: LoadCounts,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.code =
      typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  }
}

/** The lines up to where the input broke off, if it did; what was read up to there is to be loaded. */
async function* untilFailure(
  lines: AsyncIterable<readonly DumpLine[]> | Iterable<readonly DumpLine[]>,
  onFailure: (error: unknown) => void,
): AsyncGenerator<readonly DumpLine[]> {
  try {
    yield* lines;
  } catch (error) {
    onFailure(error);
  }
}

/**
 * Loads lines of a dump into Bronze. While the database writes one batch the next is read, so at
 * most two are in memory. Loading the same lines again changes nothing. Throws {@link BrokenInput}
 * where the lines break off, once those before are loaded.
 */
export async function ingest(
  database: Knex,
  lines: AsyncIterable<readonly DumpLine[]> | Iterable<readonly DumpLine[]>,
  options: IngestOptions,
): Promise<LoadCounts> {
  let inputFailure: { readonly error: unknown } | undefined;
  const readable = untilFailure(lines, (error) => (inputFailure = { error }));
  const loaded = await withSession(database, async (session) => {
    let counts = NOTHING_LOADED;
    let loading: Promise<void> = Promise.resolve();
    let batch = new BatchUnderWay();

    const flush = async () => {
      await loading;
      const full = batch;
      batch = new BatchUnderWay();
      loading = loadBatch(session, full).then((loaded) => {
        counts = addCounts(counts, loaded);
        options.onProgress?.(counts);
      });
      // A failure is told by whoever awaits next; until then it is not unhandled.
      loading.catch(() => undefined);
    };

    for await (const some of readable) {
      for (const line of some) {
        batch.add(line, options.maxEventBytes);
        if (batch.isFull) await flush();
      }
    }
    await flush();
    await loading;
    return counts;
  });
  if (inputFailure !== undefined) throw new BrokenInput(inputFailure.error, loaded);
  return loaded;
}
