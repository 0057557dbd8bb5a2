import { identifier, joined, sql, type Sql } from '../database/sql';
import type { Measure } from '../model/mart';

/** The periods of a year, the latest first. */
const PERIODS = ['yearly', 'quarter4', 'quarter3', 'quarter2', 'quarter1'];

/**
 * FLOW: the quarterly reports added; the yearly one only where its request and year are not among
 * those that have a quarterly report, which stand in `quarterly`.
 */
export function flowTotal(measure: Measure): Sql {
  const value = identifier(measure.column);
  return sql`sum(${value}) filter (where not superseded
    and (report_type <> 'yearly' or quarterly.service_request_id is null))`;
}

/** Whether the total is made of the latest period that each request and year has a value for. */
export function isOfLatestPeriod({ kind }: Measure): boolean {
  return kind !== 'FLOW';
}

/** The value of the latest period that has one, of the rows of one request and year. */
export function latestValue(measure: Measure): Sql {
  const value = identifier(measure.column);
  const ofPeriods = PERIODS.map(
    (period) => sql`sum(${value}) filter (where report_type = ${period})`,
  );
  return sql`coalesce(${joined(ofPeriods, ', ')})`;
}

/**
 * These latest values added. Of a STOCK only the latest year counts: a group's own where it has but
 * one, else that of all the rows that the filter leaves, so that who is gone since does not count.
 */
export function latestTotal(measure: Measure, alias: Sql, groupsHaveOneYear: boolean): Sql {
  const ofYear =
    measure.kind === 'STOCK' && !groupsHaveOneYear
      ? sql` filter (where year = (select max(year) from filtered where not superseded))`
      : sql``;
  const total = sql`sum(${alias})${ofYear}`;
  return measure.type === 'Int' ? sql`${total}::bigint` : total;
}
