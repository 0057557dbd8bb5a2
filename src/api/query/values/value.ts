import { Sql, sql } from '../../../ground/database/sql';
import type { Value } from '../../../ground/types/scalarType';
import { types, type ValueType } from '../../../ground/types/types';
import { BadInput, shown } from './badInput';

export type { Value, ValueType };

/** The value as it is bound. Throws BadInput where it is none of the type's, null included. */
export function readValue(type: ValueType, value: unknown, where: string): Value {
  const { expected, read } = types[type];
  const known = read(value);
  if (known === undefined) throw new BadInput(`${where} is ${shown(value)}; expected ${expected}.`);
  return known;
}

/** The same for a text that a cursor holds; undefined where it is none of the type's. */
export function readText(type: ValueType, text: string): Value | undefined {
  const { readText, read } = types[type];
  return (readText ?? read)(text);
}

/** A bound value. Its type is always said, so that no statement depends on what PostgreSQL guesses. */
export function bound(type: ValueType, value: Value): Sql {
  return sql`${value}::${castSql(type)}`;
}

export function boundList(type: ValueType, values: readonly Value[]): Sql {
  return sql`${values}::${castSql(type)}[]`;
}

/** What PostgreSQL calls the type. */
export function castSql(type: ValueType): Sql {
  return new Sql(types[type].cast, []);
}

/** The expression as values of its type are put in order. */
export function comparable(type: ValueType, expression: Sql): Sql {
  const { collation } = types[type];
  return collation ? sql`${expression} collate ${new Sql(`"${collation}"`, [])}` : expression;
}
