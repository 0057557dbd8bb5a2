import { askedDimensions } from './groupDimensions';
import { isMart } from './lookup';
import type { Column, Mart, Measure, Table } from './mart';

/** Aggregates of a group's rows. */
export const OF_ROWS = ['total', 'sum', 'avg', 'min', 'max', 'count'] as const;
/** What a group's total is beside another: that of the time before, or that of all rows. */
export const COMPARISONS = ['previous', 'change', 'share'] as const;
export const AGGREGATES = [...OF_ROWS, ...COMPARISONS] as const;
export type OfRows = (typeof OF_ROWS)[number];
export type Comparing = (typeof COMPARISONS)[number];
export type Aggregate = (typeof AGGREGATES)[number];

export const COUNTS = ['rows', 'companies', 'participations'] as const;
export type Count = (typeof COUNTS)[number];

/** The measures that have an aggregate. Distinct values are counted and not added. */
export function measuresOf(mart: Mart, aggregate: Aggregate): readonly Measure[] {
  if (aggregate === 'total' || COMPARISONS.some((each) => each === aggregate)) return mart.measures;
  // What single rows say is not served, nor what comes near to it.
  if (!mart.rows) return [];
  if (aggregate === 'count') return mart.measures;
  return mart.measures.filter(({ kind }) => kind !== 'DISTINCT');
}

/** The aggregates that some measure of the mart has. */
export function aggregatesOf(mart: Mart): readonly Aggregate[] {
  return AGGREGATES.filter((aggregate) => measuresOf(mart, aggregate).length > 0);
}

/** What of a group's rows is counted. */
export function countsOf({ grain, company }: Mart): readonly Count[] {
  return COUNTS.filter(
    (count) => count === 'rows' || (count === 'companies' ? company : grain.periods) !== undefined,
  );
}

/** What rows are filtered and ordered by: measures too, where rows are served. */
export function columnsOf(table: Table): readonly Column[] {
  const measures = isMart(table) && table.rows ? table.measures : [];
  return [...askedDimensions(table), ...measures];
}
