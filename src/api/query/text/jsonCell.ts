import type { Sql } from '../../../ground/database/sql';
import { types } from '../../../ground/types/types';
import { jsonSql, type JsonValueForm } from '../values/jsonValue';
import type { ValueType } from '../values/value';

/** A value of a row as a column of its own, of whose text the JSON is made here. */
export interface JsonCell {
  readonly column: Sql;
  /** What the column's text is: JSON, what JSON has in quotation marks, or a number with two decimals. */
  readonly form: 'json' | 'string' | 'decimal';
  /** Without it a null cannot be answered. */
  readonly nullable: boolean;
}

export interface JsonValue {
  /** Never null; see `jsonSql`. */
  readonly text: Sql;
  readonly cell: JsonCell;
}

/**
 * Both forms of a value give the same JSON, but for a null that must not be: the cell has none then.
 * Undefined for types that have no form as JSON.
 */
export function jsonValue(
  type: ValueType,
  expression: Sql,
  form: JsonValueForm,
): JsonValue | undefined {
  const text = jsonSql(type, expression, form);
  return text && { text, cell: cellOf(type, expression, form, text) };
}

/** What is written often is left to be written here: PostgreSQL takes three times as long. */
function cellOf(
  type: ValueType,
  column: Sql,
  { list, texts, nullable }: JsonValueForm,
  text: Sql,
): JsonCell {
  const sentAs = list || texts ? undefined : types[type].json?.sentAs;
  return sentAs
    ? { column, form: sentAs, nullable }
    : { column: text, form: 'json', nullable: false };
}
