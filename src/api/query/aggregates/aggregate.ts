import { bareName, identifier, sql, type Sql } from '../../../ground/database/sql';
import {
  OF_ROWS,
  type Aggregate,
  type Comparing,
  type Count,
  type OfRows,
} from '../../model/aggregates';
import type { Mart, Measure } from '../../model/mart';
import type { ValueType } from '../values/value';

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
  const isWhole = measure.type === 'Int' || measure.kind === 'DISTINCT';
  return isWhole && !isFraction ? 'BigInt' : 'Sum';
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

export function countSql(count: Count, mart: Mart): Sql {
  const subject = bareName(mart.subject);
  switch (count) {
    case 'rows':
      return sql`count(*)`;
    case 'participations':
      return sql`count(distinct ${subject})`;
    case 'companies': {
      // A row without a company stands for the company of its subject.
      const company = companyColumn(mart);
      return sql`count(distinct ${company})
        + count(distinct ${subject}) filter (where ${company} is null)`;
    }
  }
}

/** The column that says which rows are of one company. */
export function companyColumn({ name, company }: Mart): Sql {
  if (!company) throw new Error(`${name} has no company.`);
  return bareName(company.column);
}
