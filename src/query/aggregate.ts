import { identifier, sql, type Sql } from '../database/sql';
import type { Measure } from '../model/mart';
import type { ValueType } from './value';

export const AGGREGATES = ['total', 'sum', 'avg', 'min', 'max', 'count'] as const;
export type Aggregate = (typeof AGGREGATES)[number];
export const COUNTS = ['rows', 'companies', 'participations'] as const;
export type Count = (typeof COUNTS)[number];

/** An aggregate of a measure, under the name of its column in the statement. */
export interface AggregateColumn {
  readonly alias: string;
  readonly aggregate: Aggregate;
  readonly measure: Measure;
}

export function aggregateColumn(aggregate: Aggregate, measure: Measure): AggregateColumn {
  return { alias: `${aggregate}_${measure.field}`, aggregate, measure };
}

/** The type of an aggregate's values. A sum may have more digits than what it adds. */
export function aggregateType({ aggregate, measure }: AggregateColumn): ValueType {
  if (aggregate === 'count') return 'BigInt';
  return measure.type === 'Int' && aggregate !== 'avg' ? 'BigInt' : 'Sum';
}

/** The plain aggregate over rows, superseded ones included. */
export function plainSql(aggregate: Exclude<Aggregate, 'total'>, measure: Measure): Sql {
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
