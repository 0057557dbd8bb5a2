import { identifier, sql, type Sql } from '../../../ground/database/sql';
import type { Measure } from '../../model/mart';
import type { ValueType } from '../values/value';

/** What the rows of a group come to. */
const OF_ROWS = ['total', 'sum', 'avg', 'min', 'max', 'count'] as const;
export type OfRows = (typeof OF_ROWS)[number];
/** What a group's total is beside another: that of the year before, or that of all rows. */
const COMPARISONS = ['previous', 'change', 'share'] as const;
export type Comparing = (typeof COMPARISONS)[number];
export const AGGREGATES = [...OF_ROWS, ...COMPARISONS] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export const COUNTS = ['rows', 'companies', 'participations'] as const;
export type Count = (typeof COUNTS)[number];

/** An aggregate of a measure, under the name of its column in the statement. */
export interface AggregateColumn<Of extends Aggregate = Aggregate> {
  readonly alias: string;
  readonly aggregate: Of;
  readonly measure: Measure;
}

export function aggregateColumn<Of extends Aggregate>(
  aggregate: Of,
  measure: Measure,
): AggregateColumn<Of> {
  return { alias: `${aggregate}_${measure.field}`, aggregate, measure };
}

export function isOfRows(column: AggregateColumn): column is AggregateColumn<OfRows> {
  return OF_ROWS.some((aggregate) => aggregate === column.aggregate);
}

export function isComparing(column: AggregateColumn): column is AggregateColumn<Comparing> {
  return !isOfRows(column);
}

/** Each column once, however often it was asked for. */
export function uniqueColumns<Of extends Aggregate>(
  columns: readonly AggregateColumn<Of>[],
): AggregateColumn<Of>[] {
  return [...new Map(columns.map((column) => [column.alias, column])).values()];
}

/** The type of an aggregate's values. A sum may have more digits than what it adds. */
export function aggregateType({ aggregate, measure }: AggregateColumn): ValueType {
  if (aggregate === 'count') return 'BigInt';
  const isFraction = aggregate === 'avg' || aggregate === 'share';
  return measure.type === 'Int' && !isFraction ? 'BigInt' : 'Sum';
}

/** The plain aggregate over rows, superseded ones included. */
export function plainSql(aggregate: Exclude<OfRows, 'total'>, measure: Measure): Sql {
  const value = identifier(measure.column);
  switch (aggregate) {
    case 'sum':
      return sql`sum(${value})`;
    case 'min':
      return sql`min(${value})`;
    case 'max':
      return sql`max(${value})`;
    case 'count':
      return sql`count(${value})`;
    case 'avg':
      // PostgreSQL's own avg rounds large quotients early: what is then rounded to two decimals was
      // rounded already. Twenty decimals more leave nothing to round twice.
      return sql`round(sum(${value}) * 1.00000000000000000000 / count(${value}), 2)`;
  }
}

export function countSql(count: Count): Sql {
  switch (count) {
    case 'rows':
      return sql`count(*)`;
    case 'participations':
      return sql`count(distinct service_request_id)`;
    case 'companies':
      // A row without a company stands for the company of its service request.
      return sql`count(distinct company_id)
        + count(distinct service_request_id) filter (where company_id is null)`;
  }
}
