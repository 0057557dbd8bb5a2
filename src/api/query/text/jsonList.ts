import { constantNumber, sql, type Sql } from '../../../ground/database/sql';
import { NotAsJson, type JsonEdgeField, type JsonPageField } from './jsonFields';
import { JsonText } from './jsonText';
import type { Window } from '../arguments/window';

/** The texts of rows with commas between them, in the order of the page; null where there are none. */
export function listedSql(
  { text, from }: { readonly text: Sql; readonly from: Sql },
  order: Sql,
  { backward, size }: Window,
): Sql {
  const limit = constantNumber(size);
  // Rows of a subquery in order are put together in that order, where nothing comes between.
  return backward
    ? sql`(select string_agg(page.text, ',' order by page.place desc) from (
        select ${text} as text, row_number() over (${order}) as place from ${from} ${order} limit ${limit}) as page)`
    : sql`(select string_agg(page.text, ',') from (select ${text} as text from ${from} ${order} limit ${limit}) as page)`;
}

/** The text of an edge around its row's. */
export function edgeText(fields: readonly JsonEdgeField[], node: JsonText, cursor?: Sql): JsonText {
  const text = new JsonText();
  fields.forEach((field, index) => {
    text.add(`${index === 0 ? '{' : ','}"${field.key}":`);
    if (field.of === 'constant') text.add(field.json);
    else if (field.of === 'node') text.addText(node);
    else if (cursor) text.add('"', cursor).add('"');
    else throw new NotAsJson('The edges of a linked page have no cursors as JSON.');
  });
  return text.add('}');
}

/** Adds a page around the texts of its rows. */
export function addPage(text: JsonText, page: readonly JsonPageField[], rows: Sql): void {
  page.forEach((field, index) => {
    text.add(`${index === 0 ? '{' : ','}"${field.key}":`);
    if (field.of === 'constant') text.add(field.json);
    else text.add('[', rows).add(']');
  });
  text.add('}');
}
