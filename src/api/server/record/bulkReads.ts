import type { Knex } from 'knex';
import { forgetClearBins, type ClearBinCount } from '../../access/ledger/clearBinCounts';

const HOUR = 3_600_000;

interface BulkReadsOptions {
  readonly onPassed: (count: ClearBinCount) => void;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Tells of callers whom counts bring past so many rows within an hour: of each once, by the process that
 * does so. The counts are those of all processes.
 */
export function bulkReads(
  database: Knex,
  most: number,
  { onPassed, onTrouble }: BulkReadsOptions,
): (counts: readonly ClearBinCount[]) => void {
  let hour = 0;
  return (counts) => {
    for (const count of counts) {
      if (count.rows - count.added <= most && count.rows > most) onPassed(count);
    }
    const now = Date.now();
    if (Math.floor(now / HOUR) === hour) return;
    hour = Math.floor(now / HOUR);
    forgetClearBins(database, now).catch(onTrouble);
  };
}
