import { constantNumber, identifier, joined, nothing, sql, type Sql } from '../database/sql';
import type { Table } from '../model/mart';
import { CERTIFICATE_PARTS, type CertificatePart } from './certificate';
import type { QueryContext } from './context';
import { JsonText } from './jsonText';
import { jsonSql, unsayable } from './jsonValue';
import { inReadingOrder, withinSql } from './keyset';
import { operandsOf, type Operand } from './operand';
import { planRows, type PageRequest } from './page';
import type { Source } from './source';
import type { Window } from './window';

/** What of a row is asked for, under the names that it has in the answer. */
export type JsonField = { readonly key: string } & (
  | { readonly of: 'constant'; readonly json: string }
  /** A column, or whether a BIN is masked; `texts` are the values of an enum as columns hold them. */
  | { readonly of: 'value'; readonly field: string; readonly texts?: readonly string[] }
  /** What identifies the row: the type's name and its key. */
  | { readonly of: 'id' }
  | { readonly of: 'certificate'; readonly parts: readonly JsonCertificatePart[] }
  | { readonly of: 'row'; readonly below: JsonBelow }
  | { readonly of: 'page'; readonly below: JsonBelow; readonly page: readonly JsonPageField[] }
);

export type JsonCertificatePart = { readonly key: string } & (
  | { readonly of: 'constant'; readonly json: string }
  | { readonly of: 'part'; readonly part: CertificatePart }
);

/** A linked page is its rows, in one form; what else there may be is asked for another way. */
export type JsonPageField = { readonly key: string } & (
  | { readonly of: 'constant'; readonly json: string }
  | { readonly of: 'nodes' }
  | { readonly of: 'edges'; readonly edge: readonly JsonEdgeField[] }
);

export type JsonEdgeField = { readonly key: string } & (
  | { readonly of: 'constant'; readonly json: string }
  | { readonly of: 'node' }
  | { readonly of: 'cursor' }
);

/** Rows of another table that have the same values as this one in some fields. */
export interface JsonBelow {
  readonly table: Table;
  /** Fields of these rows, each with the field of the row above that it equals. */
  readonly by: readonly { readonly here: string; readonly above: string }[];
  readonly request: PageRequest;
  readonly fields: readonly JsonField[];
}

/** This cannot be read as JSON. */
export class NotAsJson extends Error {
  override readonly name = 'NotAsJson';
}

/** A row's JSON, and what must be joined to its source for what is below it. */
export interface JsonRow {
  readonly text: Sql;
  readonly joins: Sql;
}

/** The row `m` of a source as JSON; `depth` tells rows below rows apart. Throws NotAsJson, BadInput. */
export function jsonRow(
  table: Table,
  fields: readonly JsonField[],
  source: Source,
  context: QueryContext,
  depth = 1,
): JsonRow {
  const text = new JsonText();
  const above = new Set<string>();
  const below = (of: JsonBelow) => {
    for (const link of of.by) above.add(link.above);
    return { of, context, depth };
  };
  fields.forEach((field, index) => {
    text.add(`${index === 0 ? '{' : ','}"${field.key}":`);
    switch (field.of) {
      case 'constant':
        return void text.add(field.json);
      case 'value':
        return void text.add('', valueSql(table, field, source));
      case 'id':
        return void addId(text, table, source);
      case 'certificate':
        return void text.add('', certificateSql(field.parts, source));
      case 'row':
        return void text.add('', rowBelow(below(field.below)));
      case 'page':
        return void addPage(text, field.page, pageBelow(below(field.below), field.page));
    }
  });
  text.add('}');
  // Were a value null that must not be, the whole text would be: the resolvers tell of it.
  return {
    text: sql`coalesce(${text.toSql()}, ${unsayable})`,
    joins: joinsOf(table, [...above], source, depth),
  };
}

function valueSql(
  table: Table,
  { field, texts }: { readonly field: string; readonly texts?: readonly string[] },
  source: Source,
): Sql {
  const operand = operandsOf(table).get(field);
  const value = operand
    ? jsonSql(operand.type, source.expression(operand), {
        list: operand.list,
        nullable: operand.nullable,
        ...(texts && { texts }),
      })
    : jsonSql('Boolean', source.masked(maskedColumn(table, field)), {
        list: false,
        nullable: false,
      });
  if (!value) throw new NotAsJson(`${table.name}.${field} has no form as JSON.`);
  return value;
}

function maskedColumn(table: Table, field: string): string {
  for (const { name, place } of operandsOf(table).values()) {
    if (place.of === 'bin' && `${name}Masked` === field) return place.column;
  }
  throw new NotAsJson(`${table.name} has no column for ${field}.`);
}

function addId(text: JsonText, table: Table, source: Source): void {
  text.add(table.name === 'Company' ? '"' : `"${table.name}`);
  table.key.forEach((field) => {
    const value = sql`(${source.expression(operandOf(table, field))})::text`;
    text.add(table.name === 'Company' ? '' : ':', value);
  });
  text.add('"');
}

function certificateSql(parts: readonly JsonCertificatePart[], source: Source): Sql {
  const text = new JsonText();
  parts.forEach((part, index) => {
    text.add(`${index === 0 ? '{' : ','}"${part.key}":`);
    if (part.of === 'constant') text.add(part.json);
    else {
      const type = CERTIFICATE_PARTS[part.part];
      const form = { list: false, nullable: true };
      text.add('', jsonSql(type, source.certificate(part.part), form));
    }
  });
  text.add('}');
  return sql`case when ${source.certificate('number')} is null then 'null'::text else ${text.toSql()} end`;
}

interface Below {
  readonly of: JsonBelow;
  readonly context: QueryContext;
  readonly depth: number;
}

function rowBelow({ of: { table, fields, by }, context, depth }: Below): Sql {
  const { source, condition } = planRows(table, {}, context);
  const { text, joins } = jsonRow(table, fields, source, context, depth + 1);
  const where = source.where(...linkSql(table, by, depth), condition);
  return sql`coalesce((select ${text} from ${source.from()} ${joins} ${where} limit 1), 'null'::text)`;
}

/** The rows of a linked page, with commas between them. */
function pageBelow({ of, context, depth }: Below, page: readonly JsonPageField[]): Sql {
  const { table, fields, by, request } = of;
  const { source, condition, terms, window } = planRows(table, request, context);
  const { text, joins } = jsonRow(table, fields, source, context, depth + 1);
  const where = source.where(...linkSql(table, by, depth), condition, ...withinSql(terms, window));
  const edges = page.find((field) => field.of === 'edges');
  const set = {
    text: edges ? edgeSql(edges.edge, text) : text,
    from: sql`${source.from()} ${joins} ${where}`,
  };
  return sql`coalesce(${listedSql(set, inReadingOrder(terms, window), window)}, '')`;
}

/** The texts of rows with commas between them, in the order of the page; null where there are none. */
function listedSql(
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
export function edgeSql(fields: readonly JsonEdgeField[], node: Sql, cursor?: Sql): Sql {
  const text = new JsonText();
  fields.forEach((field, index) => {
    text.add(`${index === 0 ? '{' : ','}"${field.key}":`);
    if (field.of === 'constant') text.add(field.json);
    else if (field.of === 'node') text.add('', node);
    else if (cursor) text.add('"', cursor).add('"');
    else throw new NotAsJson('The edges of a linked page have no cursors as JSON.');
  });
  return text.add('}').toSql();
}

function addPage(text: JsonText, page: readonly JsonPageField[], rows: Sql): void {
  page.forEach((field, index) => {
    text.add(`${index === 0 ? '{' : ','}"${field.key}":`);
    if (field.of === 'constant') text.add(field.json);
    else text.add('[', rows).add(']');
  });
  text.add('}');
}

function operandOf(table: Table, field: string): Operand {
  const operand = operandsOf(table).get(field);
  if (operand?.place.of !== 'column')
    throw new NotAsJson(`${table.name} has no column for ${field}.`);
  return operand;
}

/** Below a row its own `m` stands for another: what is needed of it bears other names there. */
function joinsOf(table: Table, fields: readonly string[], source: Source, depth: number): Sql {
  if (fields.length === 0) return nothing;
  const columns = fields.map(
    (field) => sql`${source.expression(operandOf(table, field))} as ${identifier(field)}`,
  );
  return sql`cross join lateral (select ${joined(columns, ', ')}) as ${above(depth)}`;
}

function linkSql(table: Table, by: JsonBelow['by'], depth: number): Sql[] {
  return by.map((link) => {
    const place = operandOf(table, link.here).place as { readonly column: string };
    return sql`${identifier(`m.${place.column}`)} = ${above(depth)}.${identifier(link.above)}`;
  });
}

function above(depth: number): Sql {
  return identifier(`above_${String(depth)}`);
}
