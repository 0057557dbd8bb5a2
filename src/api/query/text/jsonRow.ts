import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import type { Table } from '../../model/mart';
import { ID_SEPARATOR, idStart } from '../../model/rowId';
import { CERTIFICATE_PARTS } from '../columns/certificate';
import type { QueryContext } from '../columns/context';
import {
  NotAsJson,
  type JsonBelow,
  type JsonCertificatePart,
  type JsonField,
  type JsonPageField,
} from './jsonFields';
import { addPage, edgeText, listedSql } from './jsonList';
import { jsonValue, type JsonValue } from './jsonCell';
import { JsonText } from './jsonText';
import { jsonSql, unsayable } from '../values/jsonValue';
import { inReadingOrder, withinSql } from '../arguments/keyset';
import { maskedColumn, operandsOf, type Operand } from '../columns/operand';
import { planRows } from '../pages/page';
import type { Source } from '../columns/source';

/** A row's JSON, and what must be joined to its source for what is below it. */
export interface JsonRow {
  readonly text: JsonText;
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
        return void addValue(text, table, field, source);
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
  return { text: text.add('}'), joins: joinsOf(table, [...above], source, depth) };
}

/** Were a value null that must not be, the whole text would be: the resolvers report it. */
export function rowSql({ text }: JsonRow): Sql {
  return sql`coalesce(${text.toSql()}, ${unsayable})`;
}

function addValue(
  text: JsonText,
  table: Table,
  { field, texts }: { readonly field: string; readonly texts?: readonly string[] },
  source: Source,
): void {
  const operand = operandsOf(table).get(field);
  const value = operand
    ? jsonValue(operand.type, source.expression(operand), {
        list: operand.list,
        nullable: operand.nullable,
        ...(texts && { texts }),
      })
    : maskedValue(table, field, source);
  if (!value) throw new NotAsJson(`${table.name}.${field} has no form as JSON.`);
  text.add('', value.text, value.cell);
}

function maskedValue(table: Table, field: string, source: Source): JsonValue | undefined {
  const column = maskedColumn(table, field);
  return column === undefined
    ? undefined
    : jsonValue('Boolean', source.masked(column), { list: false, nullable: false });
}

function addId(text: JsonText, table: Table, source: Source): void {
  text.add(`"${idStart(table)}`);
  table.key.forEach((field, index) => {
    const operand = operandOf(table, field);
    // A text would have to be escaped.
    if (operand.type !== 'Int') throw new NotAsJson(`${table.name}.${field} is no number.`);
    const column = source.expression(operand);
    const cell = { column, form: 'json', nullable: false } as const;
    text.add(index === 0 ? '' : ID_SEPARATOR, sql`(${column})::text`, cell);
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
  const row = jsonRow(table, fields, source, context, depth + 1);
  const where = source.where(...linkSql(table, by, depth), condition);
  return sql`coalesce((select ${rowSql(row)} from ${source.from()} ${row.joins} ${where} limit 1), 'null'::text)`;
}

/** The rows of a linked page, with commas between them. */
function pageBelow({ of, context, depth }: Below, page: readonly JsonPageField[]): Sql {
  const { table, fields, by, request } = of;
  const { source, condition, terms, window } = planRows(table, request, context);
  const row = jsonRow(table, fields, source, context, depth + 1);
  const where = source.where(...linkSql(table, by, depth), condition, ...withinSql(terms, window));
  const text = rowSql(row);
  const edges = page.find((field) => field.of === 'edges');
  const set = {
    text: edges ? edgeText(edges.edge, new JsonText().add('', text)).toSql() : text,
    from: sql`${source.from()} ${row.joins} ${where}`,
  };
  return sql`coalesce(${listedSql(set, inReadingOrder(terms, window), window)}, '')`;
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
