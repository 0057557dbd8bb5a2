import type { BytesRow } from '../../../ground/database/rows/dataRow';
import {
  constantNumber,
  identifier,
  joined,
  nothing,
  sql,
  type Sql,
} from '../../../ground/database/sql';
import type { Table } from '../../model/mart';
import type { QueryContext } from '../columns/context';
import { cursorSql } from './cursorText';
import { NotAsJson, type JsonEdgeField, type JsonField } from './jsonFields';
import { edgeText } from './jsonList';
import { jsonRow, rowSql, type JsonRow } from './jsonRow';
import { JsonText } from './jsonText';
import { isSayable, unsayable } from '../values/jsonValue';
import {
  beyondCursor,
  inReadingOrder,
  neighbours,
  withinSql,
  type RowSet,
} from '../arguments/keyset';
import { planRows, type PageRequest, type RowsPlan } from '../pages/page';
import { Source } from '../columns/source';

export interface JsonPageWants {
  readonly rows: SelectedRows;
  /** Whether the rows themselves are asked for. */
  readonly list: boolean;
  /** What stands around each row; absent where the rows stand alone. */
  readonly edge?: readonly JsonEdgeField[] | undefined;
  /** The cursors of the first and the last row. */
  readonly ends: boolean;
  readonly totalCount: boolean;
  /** Whether there are rows before or after the page. */
  readonly pageInfo: boolean;
}

/** What is read of each row: the same for every page, whatever its arguments. */
export interface SelectedRows {
  readonly row: JsonRow;
  /** The source for which the row's JSON was made. */
  readonly source: Source;
}

/** Throws NotAsJson, BadInput. */
export function selectRows(
  table: Table,
  fields: readonly JsonField[],
  context: QueryContext,
): SelectedRows {
  const source = new Source(table, context);
  return { row: jsonRow(table, fields, source, context), source };
}

export interface JsonPage {
  /**
   * The rows' JSON, with commas between them, as the bytes that go into the answer: to be copied there before
   * anything is waited for.
   */
  readonly list: Buffer;
  /** Null of a page without rows, and where they are not wanted. */
  readonly startCursor: string | null;
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly dataVersionChanged: boolean;
  readonly totalCount: number | null;
}

export interface JsonPagePlan {
  /** It gives one row of so many columns. */
  readonly statement: Sql;
  readonly columns: number;
  /** The page that the row makes; undefined where the resolvers must answer. */
  pageOf(row: BytesRow): JsonPage | undefined;
}

/** Which rows a page has, and what they are read from. Throws BadInput. */
export function planSet(
  table: Table,
  request: PageRequest,
  { rows: { row, source: known } }: JsonPageWants,
  context: QueryContext,
): { readonly plan: RowsPlan; readonly set: RowSet } {
  const plan = planRows(table, request, context, known.again());
  const { source, condition } = plan;
  const set: RowSet = {
    preface: nothing,
    columns: nothing,
    from: sql`${source.from()} ${row.joins}`,
    where: (...conditions) => source.where(condition, ...conditions),
  };
  return { plan, set };
}

/**
 * A page whose rows come out of PostgreSQL as the text that they have in the answer. Its statement tells the newest
 * data version too, since it is a snapshot of its own: where that is not the context's there is no page.
 * Throws BadInput, NotAsJson.
 */
export function planJsonPage(
  table: Table,
  request: PageRequest,
  wants: JsonPageWants,
  context: QueryContext,
): JsonPagePlan {
  const { plan, set } = planSet(table, request, wants, context);
  const { terms, window } = plan;
  const beyond = beyondCursor(set, terms, window, wants.pageInfo);
  const order = inReadingOrder(terms, window);
  const size = constantNumber(window.size);
  // One extra row shows whether there are more; it is not part of the page.
  const limit = wants.pageInfo ? constantNumber(window.size + 1) : size;
  const within = wants.pageInfo ? sql` filter (where page.place <= ${size})` : nothing;
  const placed = wants.pageInfo || wants.ends || window.backward;
  const columns = [
    sql`${listedSql(plan, wants, context)} as text`,
    ...(placed ? [sql`row_number() over (${order}) as place`] : []),
    ...(wants.ends ? terms.map(({ expression }, at) => sql`${expression} as ${term(at)}`) : []),
  ];
  const answer = [
    newestVersion,
    beyond ?? sql`false`,
    wants.totalCount ? sql`select count(*) from ${set.from} ${set.where()}` : sql`null`,
    sql`string_agg(page.text, ','${window.backward ? sql` order by page.place desc` : nothing})${within}`,
    placed ? sql`count(*)` : sql`null`,
    ...(wants.ends ? endsOf(plan, within, context) : []),
  ].map((each, index) => (index < 3 ? sql`(${each})` : each));
  return {
    columns: answer.length,
    statement: sql`select ${joined(answer, ', ')} from (select ${joined(columns, ', ')} from ${set.from}
      ${set.where(...withinSql(terms, window))} ${order} limit ${limit}) as page`,
    pageOf(row) {
      const [version, past, rowsInAll, list = null, found, ...ends] = row;
      // Other data was published meanwhile, or something cannot be said: the resolvers report it.
      if (textOf(version) !== context.dataVersionId) return undefined;
      if (list && !isSayable(list)) return undefined;
      const [first = null, last = null] = list === null ? [] : ends.map(textOf);
      if (wants.ends && list !== null && (first === null || last === null)) return undefined;
      return {
        list: list ?? NO_ROWS,
        startCursor: window.backward ? last : first,
        endCursor: window.backward ? first : last,
        ...neighbours(window, Number(textOf(found)) > window.size, textOf(past) === 't'),
        dataVersionChanged: window.dataVersionChanged,
        totalCount: rowsInAll ? Number(textOf(rowsInAll)) : null,
      };
    },
  };
}

export const NO_ROWS = Buffer.alloc(0);

export const textOf = (value: Buffer | null | undefined) => value?.toString() ?? null;

/** The id of the newest version, as its one value. */
export const newestVersion: Sql = sql`select max(data_version_id) from refresh.data_versions`;

/** Where the values of an order's terms stand beside a row's text. */
const term = (index: number): Sql => identifier(`term_${String(index)}`);

function listedSql(rows: RowsPlan, { rows: { row }, edge }: JsonPageWants, context: QueryContext) {
  if (!edge) return rowSql(row);
  const node = new JsonText().add('', rowSql(row));
  const text = edgeText(edge, node, edgeCursor(rows, edge, context));
  return sql`coalesce(${text.toSql()}, ${unsayable})`;
}

/** The cursor of each row, where the edges are asked for it. */
export function edgeCursor(
  { cursors, terms }: RowsPlan,
  edge: readonly JsonEdgeField[],
  context: QueryContext,
): Sql | undefined {
  if (!edge.some(({ of }) => of === 'cursor')) return undefined;
  const values = terms.map(({ expression }) => expression);
  return cursorOf(cursors, terms, values, context);
}

/** The cursors of the first and the last row in reading order. */
function endsOf({ cursors, terms }: RowsPlan, within: Sql, context: QueryContext): Sql[] {
  return [sql`asc`, sql`desc`].map((direction) => {
    const values = terms.map(
      (_, at) => sql`(array_agg(page.${term(at)} order by page.place ${direction})${within})[1]`,
    );
    return cursorOf(cursors, terms, values, context);
  });
}

function cursorOf(
  cursors: RowsPlan['cursors'],
  terms: RowsPlan['terms'],
  values: readonly Sql[],
  { dataVersionId }: QueryContext,
): Sql {
  const cursor = cursorSql(cursors, terms, values, sql`${dataVersionId}::text`);
  if (!cursor) throw new NotAsJson('A cursor of this order has no form as text.');
  return cursor;
}
