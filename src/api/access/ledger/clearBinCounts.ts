import type { Knex } from 'knex';
import { rowsOf, sql } from '../../../ground/database/sql';
import type { LedgerEntry } from './ledger';

const HOUR = 3_600_000;

/** Rows with a clear BIN that a caller was shown within an hour of the clock. */
export interface ClearBinCount {
  readonly caller: string;
  /** By these entries, and by all processes with them. */
  readonly added: number;
  readonly rows: number;
}

/**
 * Adds what entries tell to the counts that all processes share, and says what they came to. In the
 * transaction that writes the entries both stand there or neither.
 */
export async function addClearBins(
  database: Knex,
  entries: readonly LedgerEntry[],
): Promise<readonly ClearBinCount[]> {
  const read = entries.filter(({ kind, caller }) => kind === 'CLEAR_BINS' && caller !== null);
  if (read.length === 0) return [];
  const hours = read.map(({ at = Date.now() }) => Math.floor(at / HOUR));
  // In one order, so that two processes never wait for one another.
  const counts = await rowsOf<ClearBinCount>(
    database,
    sql`with added as (
        select caller, hour, sum(rows) as rows
        from unnest(
          ${read.map(({ caller }) => caller)}::text[],
          ${hours}::bigint[],
          ${read.map(({ rows = 0 }) => rows)}::bigint[]
        ) as entry (caller, hour, rows)
        group by caller, hour
      ), counted as (
        insert into access.clear_bin_counts as known (caller, hour, rows)
        select caller, hour, rows from added order by caller, hour
        on conflict (caller, hour) do update set rows = known.rows + excluded.rows
        returning caller, hour, rows
      )
      select caller, added.rows::float8 as added, counted.rows::float8 as rows
      from counted join added using (caller, hour)`,
  );
  return counts;
}

/**
 * Forgets the counts of hours that nobody adds to any more, and of hours to come: a clock that was ahead counted
 * there, and the count would pass its limit unseen, or too early, once the hour is there.
 */
export async function forgetClearBins(database: Knex, now: number): Promise<void> {
  await rowsOf(
    database,
    sql`delete from access.clear_bin_counts
      where hour < ${Math.floor(now / HOUR) - 1} or hour > ${Math.floor(now / HOUR) + 1}`,
  );
}
