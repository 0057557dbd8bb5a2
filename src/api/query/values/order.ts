import { joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import { BadInput, shown } from './badInput';
import { bound, comparable, type Value, type ValueType } from './value';

export type Direction = 'ASC' | 'DESC';
export type Nulls = 'FIRST' | 'LAST';

/** One term of an order, over values that the caller may see: they stand in cursors. */
export interface OrderTerm {
  /** The name of the selected value by which rows stand in order. */
  readonly alias: string;
  readonly expression: Sql;
  readonly type: ValueType;
  readonly nullable: boolean;
  readonly direction: Direction;
  readonly nulls: Nulls;
}

/** The value of each term in one row. */
export type OrderValues = readonly (Value | null)[];

export function readDirection(given: unknown, where: string): Direction {
  if (given === undefined || given === null || given === 'ASC') return 'ASC';
  if (given === 'DESC') return given;
  throw new BadInput(`${where} is ${shown(given)}; expected ASC or DESC.`);
}

/** Nulls come last when nothing is said, in both directions. */
export function readNulls(given: unknown, where: string): Nulls {
  if (given === undefined || given === null || given === 'LAST') return 'LAST';
  if (given === 'FIRST') return given;
  throw new BadInput(`${where} is ${shown(given)}; expected FIRST or LAST.`);
}

/** The same order, read from its end. */
export function reversed(terms: readonly OrderTerm[]): OrderTerm[] {
  return terms.map((term) => ({
    ...term,
    direction: term.direction === 'ASC' ? 'DESC' : 'ASC',
    nulls: term.nulls === 'FIRST' ? 'LAST' : 'FIRST',
  }));
}

export function orderSql(terms: readonly OrderTerm[]): Sql {
  if (terms.length === 0) return nothing;
  const parts = terms.map((term) => {
    const direction = term.direction === 'ASC' ? sql`asc` : sql`desc`;
    // Where nothing can be null, the plain form lets an index be read in either direction.
    if (!term.nullable) return sql`${comparable(term.type, term.expression)} ${direction}`;
    const nulls = term.nulls === 'FIRST' ? sql`nulls first` : sql`nulls last`;
    return sql`${comparable(term.type, term.expression)} ${direction} ${nulls}`;
  });
  return sql`order by ${joined(parts, ', ')}`;
}

/** The rows that come after the one with these values. */
export function afterSql(terms: readonly OrderTerm[], values: OrderValues): Sql {
  const [first] = terms;
  const value = values[0];
  const after = afterFrom(0, terms, values);
  if (!first || first.nullable || terms.length === 1 || value === undefined || value === null) {
    return after;
  }
  // Says nothing new, but an index can begin there.
  const sign = first.direction === 'ASC' ? sql`>=` : sql`<=`;
  const start = sql`${comparable(first.type, first.expression)} ${sign} ${bound(first.type, value)}`;
  return sql`(${start} and ${after})`;
}

function afterFrom(index: number, terms: readonly OrderTerm[], values: OrderValues): Sql {
  const term = terms[index];
  if (!term) return sql`false`;
  const value = values[index] ?? null;
  const beyond = beyondSql(term, value);
  if (index === terms.length - 1) return beyond;
  const same =
    value === null
      ? sql`${term.expression} is null`
      : sql`${term.expression} = ${bound(term.type, value)}`;
  return sql`(${beyond} or (${same} and ${afterFrom(index + 1, terms, values)}))`;
}

function beyondSql(term: OrderTerm, value: Value | null): Sql {
  const { expression, type, nullable, direction, nulls } = term;
  if (value === null) return nulls === 'FIRST' ? sql`${expression} is not null` : sql`false`;
  const sign = direction === 'ASC' ? sql`>` : sql`<`;
  const beyond = sql`${comparable(type, expression)} ${sign} ${bound(type, value)}`;
  return nullable && nulls === 'LAST' ? sql`(${beyond} or ${expression} is null)` : beyond;
}
