import { identifier, sql, type Sql } from '../../../ground/database/sql';
import type { BinMask } from './binMask';
import { PSEUDONYM_START } from './clearBins';
import type { Viewer } from '../viewer';

/** Where a BIN stands. */
export interface BinPlace {
  /** The alias of the table in the statement. */
  readonly alias: string;
  /** The column of the BIN itself: bin in the marts, tin or company_tin elsewhere. */
  readonly column: string;
  /**
   * The column of the year by which rows are masked: they hold the pseudonym beside the BIN. Undefined where
   * each is masked, and its pseudonym is looked up.
   */
  readonly year?: string | undefined;
}

/**
 * What the viewer sees of a BIN. The one place that decides it: selected, filtered, ordered, grouped,
 * counted distinct and put in cursors is this expression and no other, so that for who may not read
 * BINs nothing depends on the hidden digits.
 */
export function binSeenBy(viewer: Viewer, mask: BinMask, place: BinPlace): Sql {
  const bin = identifier(`${place.alias}.${place.column}`);
  if (viewer.rights.has('bin:read')) return bin;
  const pseudonym = pseudonymOf(place);
  if (place.year === undefined || mask.fromYear <= 0) return pseudonym;
  return sql`case when ${isShown(mask, place)} then ${bin} else ${pseudonym} end`;
}

/** Whether the value that the viewer sees is a pseudonym; never null. */
export function binMasked(viewer: Viewer, mask: BinMask, place: BinPlace): Sql {
  if (viewer.rights.has('bin:read')) return sql`false`;
  const masked = sql`${pseudonymOf(place)} is not null`;
  if (place.year === undefined || mask.fromYear <= 0) return sql`(${masked})`;
  return sql`(not (${isShown(mask, place)}) and ${masked})`;
}

/**
 * Whether the mask leaves a row of a year its BIN. The mart with exactly one row a signed report knows all
 * that a BIN reports, whichever mart the row is of.
 */
function isShown({ fromYear, policy }: BinMask, { alias, column, year = '' }: BinPlace): Sql {
  const early = sql`${identifier(`${alias}.${year}`)} < ${fromYear}::integer`;
  if (policy === 'year') return early;
  return sql`${early} and not exists (
    select from gold.general_indicators as later
    where later.bin = ${identifier(`${alias}.${column}`)} and later.year >= ${fromYear}::integer
  )`;
}

/** Whether the viewer sees a BIN as it is; never null. What was masked at the source shows none. */
export function binIsClear(viewer: Viewer, mask: BinMask, place: BinPlace): Sql {
  return sql`coalesce(not starts_with(${binSeenBy(viewer, mask, place)}, ${PSEUDONYM_START}::text), false)`;
}

/**
 * The condition by which one company is asked for by its BIN: the value that the viewer sees, or,
 * with the right of look-up, the exact BIN that it already knows.
 */
export function binAskedFor(viewer: Viewer, mask: BinMask, place: BinPlace, asked: string): Sql {
  const bin = identifier(`${place.alias}.${place.column}`);
  // The same as asking what the viewer sees of each row, but found by the indexes of both tables.
  const seen =
    place.year !== undefined || viewer.rights.has('bin:read')
      ? sql`${binSeenBy(viewer, mask, place)} = ${asked}::text`
      : sql`${bin} = (select known.bin from silver.bin_pseudonyms as known where known.pseudonym = ${asked}::text)`;
  return viewer.rights.has('bin:lookup') ? sql`(${seen} or ${bin} = ${asked}::text)` : seen;
}

/**
 * A text of the source as the viewer sees it. Silver leaves BINs out of such texts; for a viewer without
 * `bin:read` this also leaves out what may be a BIN with digits missing: ten digits and more, alone or
 * with a sign between them.
 */
export function textSeenBy(viewer: Viewer, text: Sql): Sql {
  if (viewer.rights.has('bin:read')) return text;
  return sql`silver.without_long_numbers(${text})`;
}

function pseudonymOf({ alias, column, year }: BinPlace): Sql {
  if (year !== undefined) return identifier(`${alias}.${column}_pseudonym`);
  return sql`(select known.pseudonym from silver.bin_pseudonyms as known where known.bin = ${identifier(`${alias}.${column}`)})`;
}
