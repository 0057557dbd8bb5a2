import { constantText, joined, sql, type Sql } from '../../../ground/database/sql';
import type { ValueType } from './value';

/** Stands in the text for a value that cannot be answered. JSON writes the sign itself otherwise. */
const UNSAYABLE = 0x01;
export const unsayable = sql`chr(1)`;
const nullText = sql`'null'`;

/** Whether all values of the text could be said. */
export function isSayable(text: Buffer): boolean {
  return !text.includes(UNSAYABLE);
}

/** What is known of a value beside its type. */
export interface JsonValueForm {
  readonly list: boolean;
  readonly nullable: boolean;
  /** Of an enum: what a column may hold, in lower case. */
  readonly texts?: readonly string[];
}

/**
 * The expression's value, never null, as the text that it has in an answer's JSON, character for character as the
 * scalars of the schema and JSON.stringify would write it. What these refuse becomes unsayable.
 * Undefined for types of which this does not say.
 */
export function jsonSql(type: ValueType, expression: Sql, form: JsonValueForm): Sql | undefined {
  if (form.list) return type === 'String' && !form.texts ? listOfTexts(expression) : undefined;
  if (form.texts) return enumValue(expression, form.texts);
  switch (type) {
    case 'Int':
      return form.nullable
        ? sql`coalesce((${expression})::text, ${nullText})`
        : sql`(${expression})::text`;
    case 'Boolean':
      return sql`coalesce((${expression})::text, ${nullText})`;
    case 'String':
      return sql`coalesce(to_json(${expression})::text, ${nullText})`;
    case 'CertificateSource':
      return sql`coalesce('"' || ${expression} || '"', ${nullText})`;
    case 'Decimal':
      return sayable(sql`scale(${expression}) = 2`, expression, sql`(${expression})::text`);
    case 'Date':
      return sayable(sql`isfinite(${expression})`, expression, sql`(${expression})::text`);
    case 'DateTime':
      return moment(expression);
    default:
      return undefined;
  }
}

/** The shown text in quotation marks where the test holds. */
function sayable(test: Sql, expression: Sql, shown: Sql): Sql {
  return sql`case when ${test} then '"' || ${shown} || '"' when ${expression} is null then ${nullText} else ${unsayable} end`;
}

/** Six digits of a second, or none where they are all zero. */
function moment(expression: Sql): Sql {
  const digits = sql`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  return sayable(
    sql`${expression} >= '0001-01-01T00:00:00Z'::timestamptz and ${expression} < '10000-01-01T00:00:00Z'::timestamptz`,
    expression,
    sql`replace(${digits}, '.000000Z', 'Z')`,
  );
}

/** Each value by itself: a comparison costs less than what `upper` does by the rules of a locale. */
function enumValue(expression: Sql, texts: readonly string[]): Sql {
  const values = texts.map(
    (text) => sql`when ${constantText(text)} then ${constantText(`"${text.toUpperCase()}"`)}`,
  );
  return sql`case ${expression} ${joined(values, ' ')} else case when ${expression} is null then ${nullText} else ${unsayable} end end`;
}

function listOfTexts(expression: Sql): Sql {
  return sql`case when ${expression} is null then ${nullText}
    when array_ndims(${expression}) > 1 or array_position(${expression}, null) is not null then ${unsayable}
    else array_to_json(${expression})::text end`;
}
