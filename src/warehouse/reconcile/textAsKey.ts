import { keyTypeOf, type SourceTable } from '../systems/sourceTable';

/** A text, an SQL expression, as a key of the table; null where it is none. */
export function asKey(table: SourceTable, text: string): string {
  switch (keyTypeOf(table)) {
    case 'integer':
      return `silver.read_integer(${text})`;
    case 'bigint':
      return `case when ${text} ~ '^-?[0-9]{1,18}$' then (${text})::bigint end`;
    case 'uuid':
      return `case when ${text} ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (${text})::uuid end`;
    case 'text':
      return text;
  }
}
