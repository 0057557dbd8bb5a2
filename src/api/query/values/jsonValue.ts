import { constantText, joined, sql, type Sql } from '../../../ground/database/sql';
import { types } from '../../../ground/types/types';
import { filledIn } from './template';
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
  const { json } = types[type];
  if (!json) return undefined;
  const text = filledIn(json.text, expression);
  if (json.sayable !== undefined) {
    return sayable(filledIn(json.sayable, expression), expression, sql`'"' || ${text} || '"'`);
  }
  const shown = json.quotes === 'around' ? sql`'"' || ${text} || '"'` : text;
  return form.nullable ? sql`coalesce(${shown}, ${nullText})` : shown;
}

/** The shown text where the test holds. */
function sayable(test: Sql, expression: Sql, shown: Sql): Sql {
  return sql`case when ${test} then ${shown} when ${expression} is null then ${nullText} else ${unsayable} end`;
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
