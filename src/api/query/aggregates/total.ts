import { identifier, joined, sql, type Sql } from '../../../ground/database/sql';
import type { Measure } from '../../model/mart';

/** The periods of a year, the latest first. */
const PERIODS = [sql`'yearly'`, sql`'quarter4'`, sql`'quarter3'`, sql`'quarter2'`, sql`'quarter1'`];
export const PERIODS_IN_ORDER = PERIODS.toReversed();

/**
 * FLOW: the quarterly reports added; the yearly one only where its request and year are not among
 * those that have a quarterly report, which stand in `quarterly`.
 */
export function flowTotal(measure: Measure): Sql {
  const value = identifier(measure.column);
  return sql`sum(${value}) filter (where not superseded
    and (report_type <> 'yearly' or quarterly.service_request_id is null))`;
}

/** The total of what is added, or counted, row by row. */
export function eventTotal({ kind, column }: Measure): Sql {
  const value = identifier(column);
  return kind === 'DISTINCT' ? sql`count(distinct ${value})` : sql`sum(${value})`;
}

export function isFlow({ kind }: Measure): boolean {
  return kind === 'FLOW';
}

/** Whether the total is made of the latest period that each request and year has a value for. */
export function isOfLatestPeriod({ kind }: Measure): boolean {
  return kind === 'CUMULATIVE' || kind === 'STOCK';
}

/**
 * The value of the latest period that has one, of the rows of one request and year. A period has one
 * report that counts: max takes its value at half the cost of sum, which only items need.
 */
export function latestValue(measure: Measure, ofItems: boolean): Sql {
  const value = identifier(measure.column);
  const ofPeriod = ofItems ? sql`sum(${value})` : sql`max(${value})`;
  const ofPeriods = PERIODS.map(
    (period) => sql`${ofPeriod} filter (where report_type = ${period})`,
  );
  return sql`coalesce(${joined(ofPeriods, ', ')})`;
}

/** The latest year of all the rows that the filter leaves, for totals of a STOCK. */
export const latestYear: Sql = sql`select max(year) as year from filtered where not superseded`;

/** Whether the total of a STOCK has to look for its year: a group whose key has the year has but one. */
export function needsLatestYear({ kind }: Measure, yearIsKey: boolean): boolean {
  return kind === 'STOCK' && !yearIsKey;
}

/**
 * The latest values added. Of a STOCK only the latest year counts: a group's own where it has but
 * one, else that of all filtered rows, so that who is gone since does not count.
 */
export function latestTotal(measure: Measure, values: Sql, yearIsKey: boolean): Sql {
  const total = needsLatestYear(measure, yearIsKey)
    ? sql`sum(${values}) filter (where year = (select year from latest_year))`
    : sql`sum(${values})`;
  return measure.type === 'Int' ? sql`(${total})::bigint` : total;
}
