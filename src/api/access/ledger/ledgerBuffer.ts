import type { Knex } from 'knex';
import { addClearBins, type ClearBinCount } from './clearBinCounts';
import { recordEntries, type LedgerEntry } from './ledger';

/** How long an entry waits for others to be written with it. */
const EVERY = 500;
/** Entries that wait at once, and how long the oldest may: beyond that nothing is to happen unrecorded. */
const MAX_WAITING = 10_000;
const LONGEST_WAIT = 10_000;

export interface LedgerBuffer {
  /** Takes the entry, to be written soon. */
  record(entry: LedgerEntry): void;
  /** Whether what must be recorded may happen: false while entries cannot be written. */
  canRecord(): boolean;
  /** Entries that wait to be written. */
  waiting(): number;
  /** How long the oldest of them has waited, in milliseconds; 0 where none waits. */
  longestWait(): number;
  /** Writes what waits. Rejects where it cannot be written; it then goes on to wait. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface LedgerBufferOptions {
  readonly onTrouble: (error: unknown) => void;
  /** Told what the rows with a clear BIN of each caller came to, by all processes; without it none counts. */
  readonly onCounted?: (counts: readonly ClearBinCount[]) => void;
  readonly clock?: () => number;
}

interface Waiting {
  readonly entry: LedgerEntry;
  readonly at: number;
  rows: number;
  times: number;
}

/**
 * Entries on their way into the ledger. A request does not wait for them: they are written together, and
 * those of one caller and one operation become one. Where they cannot be written they wait, and soon
 * `canRecord` says so.
 */
export function bufferLedger(
  database: Knex,
  { onTrouble, onCounted, clock = Date.now }: LedgerBufferOptions,
): LedgerBuffer {
  let waiting = new Map<string, Waiting>();
  let unwritten: readonly Waiting[] = [];
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    // What a failed write left comes first, then what has gathered since.
    for (let round = 0; round < 2; round += 1) {
      if (unwritten.length === 0) {
        unwritten = [...waiting.values()];
        waiting = new Map();
      }
      const entries = unwritten.map(({ entry, at, rows, times }) => ({
        ...entry,
        at,
        rows,
        times,
      }));
      const counts = await writeTogether(database, entries, onCounted !== undefined);
      unwritten = [];
      if (counts.length > 0) onCounted?.(counts);
    }
  };
  const flush = () => {
    const next = writing.then(write);
    writing = next.catch(() => undefined);
    return next;
  };
  const timer = setInterval(() => {
    flush().catch(onTrouble);
  }, EVERY);
  timer.unref();

  const longestWait = () => {
    const since = unwritten[0]?.at ?? waiting.values().next().value?.at;
    return since === undefined ? 0 : Math.max(clock() - since, 0);
  };
  return {
    record(entry) {
      const { kind, caller, operation, document, subject, rows = 0, times = 1 } = entry;
      const name = JSON.stringify([kind, caller, operation, document, subject]);
      const known = waiting.get(name);
      if (known) {
        known.rows += rows;
        known.times += times;
      } else waiting.set(name, { entry, at: clock(), rows, times });
    },
    canRecord() {
      return waiting.size + unwritten.length < MAX_WAITING && longestWait() < LONGEST_WAIT;
    },
    waiting: () => waiting.size + unwritten.length,
    longestWait,
    flush,
    async close() {
      clearInterval(timer);
      await flush().catch(onTrouble);
    },
  };
}

/** The counts are the sums of what stands in the ledger: both are written, or neither. */
async function writeTogether(
  database: Knex,
  entries: readonly LedgerEntry[],
  counted: boolean,
): Promise<readonly ClearBinCount[]> {
  if (!counted || entries.every(({ kind }) => kind !== 'CLEAR_BINS')) {
    await recordEntries(database, entries);
    return [];
  }
  return database.transaction(async (transaction) => {
    await recordEntries(transaction, entries);
    return addClearBins(transaction, entries);
  });
}
