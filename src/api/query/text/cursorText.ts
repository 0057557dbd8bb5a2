import { constantText, sql, type Sql } from '../../../ground/database/sql';
import { types } from '../../../ground/types/types';
import type { CursorForm } from '../arguments/cursor';
import { JsonText } from './jsonText';
import { jsonSql, unsayable } from '../values/jsonValue';
import type { OrderTerm } from '../values/order';
import type { ValueType } from '../values/value';

/**
 * A cursor as PostgreSQL writes it, letter by letter as CursorForm does: `values` are those of the order's
 * terms in one row. Undefined where a term's type has no form as JSON.
 */
export function cursorSql(
  cursors: CursorForm,
  terms: readonly OrderTerm[],
  values: readonly Sql[],
  version: Sql,
): Sql | undefined {
  const text = new JsonText().add('["', version).add(`","${cursors.order}",[`);
  for (const [index, { type }] of terms.entries()) {
    const value = values[index] && termSql(type, values[index]);
    if (!value) return undefined;
    text.add(index === 0 ? '' : ',', value);
  }
  const bytes = sql`convert_to(${text.add(']]').toSql()}, 'UTF8')`;
  return sql`translate(encode(${bytes}, 'base64'), E'+/=\\n', '-_')`;
}

function termSql(type: ValueType, value: Sql): Sql | undefined {
  const json = jsonSql(type, value, { list: false, nullable: true });
  if (!json) return undefined;
  // In base64 nobody would find the sign.
  if (types[type].json?.quotes !== 'none') return sql`nullif(${json}, ${unsayable})`;
  const quoted = sql`${constantText('"')} || (${value})::text || ${constantText('"')}`;
  return sql`coalesce(${quoted}, 'null'::text)`;
}
