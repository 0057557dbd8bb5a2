import type { Table } from './mart';

/** Stands between the parts of a row's id. */
export const ID_SEPARATOR = ':';

/** How the ids of a table's rows begin, before the values of the key. Companies have the id of their source. */
export function idStart({ name }: Table): string {
  return name === 'Company' ? '' : `${name}${ID_SEPARATOR}`;
}

/** The id of a row in answers, files and links, such as Financing:123. */
export function rowId(table: Table, row: Readonly<Record<string, unknown>>): string {
  const values = table.key.map((field) => String(row[field]));
  return `${idStart(table)}${values.join(ID_SEPARATOR)}`;
}
