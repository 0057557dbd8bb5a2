import { joined, nothing, sql, type Sql } from '../database/sql';
import type { Table } from '../model/mart';
import type { QueryContext } from './context';
import { jsonRow, type JsonField } from './jsonRow';
import { isSayable } from './jsonValue';
import { beyondCursor, inReadingOrder, sliceOf, withinSql, type RowSet } from './keyset';
import type { OrderTerm } from './order';
import { planRows, type PageRequest } from './page';
import { shownByCaller, shownSql } from './shownValue';

export interface JsonPageWants {
  readonly fields: readonly JsonField[];
  readonly cursors: boolean;
  readonly totalCount: boolean;
  /** Whether there are rows before or after the page. */
  readonly pageInfo: boolean;
}

export interface JsonPage {
  /** Each row's JSON. */
  readonly nodes: readonly string[];
  /** Of each row, where they are wanted. */
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly dataVersionChanged: boolean;
  readonly totalCount: number | null;
}

export interface JsonPagePlan {
  readonly statement: Sql;
  /** What it comes to where it finds no rows though the version is the newest; undefined where more must be read. */
  readonly empty: JsonPage | undefined;
  /** What the statement's rows come to; undefined where it must be asked for in the usual way. */
  pageOf(rows: readonly (readonly (string | null)[])[]): JsonPage | undefined;
}

/**
 * A page whose rows come out of PostgreSQL as the JSON that they have in the answer. Its one statement
 * finds rows only while the context's data version is the newest, so that several of them are of one
 * version though each is a snapshot of its own. Throws BadInput, NotAsJson.
 */
export function planJsonPage(
  table: Table,
  request: PageRequest,
  wants: JsonPageWants,
  context: QueryContext,
): JsonPagePlan {
  const { source, condition, terms, cursors, window } = planRows(table, request, context);
  const { text, joins } = jsonRow(table, wants.fields, source, context);
  const set: RowSet = {
    preface: nothing,
    columns: text,
    from: sql`${source.from()} ${joins}`,
    where: (...conditions) => source.where(condition, ...conditions),
  };
  const beyond = beyondCursor(set, terms, window, wants.pageInfo);
  const columns = [
    text,
    beyond ? sql`(${beyond})` : sql`false`,
    wants.totalCount ? sql`(select count(*) from ${set.from} ${set.where()})` : sql`null`,
    ...(wants.cursors ? terms.map(({ type, expression }) => shownSql(type, expression)) : []),
  ];
  const isNewest = sql`(${newestVersion}) = ${context.dataVersionId}::bigint`;
  const where = set.where(isNewest, ...withinSql(terms, window));
  const size = wants.pageInfo ? window.size + 1 : window.size;
  return {
    statement: sql`select ${joined(columns, ', ')} from ${set.from} ${where} ${inReadingOrder(terms, window)} limit ${size}`,
    empty:
      beyond || wants.totalCount
        ? undefined
        : {
            nodes: [],
            cursors: [],
            hasNextPage: false,
            hasPreviousPage: false,
            dataVersionChanged: window.dataVersionChanged,
            totalCount: null,
          },
    pageOf(rows) {
      const [first] = rows;
      // Nothing there, or other data published meanwhile: that is for the usual way to tell.
      if (!first) return undefined;
      const slice = sliceOf(rows, window, first[1] === 't');
      const nodes = slice.rows.map(([node]) => node ?? '');
      if (!nodes.every(isSayable)) return undefined;
      const [, , rowsInAll = null] = first;
      return {
        nodes,
        cursors: wants.cursors
          ? slice.rows.map((row) => cursors.write(orderValues(terms, row)))
          : [],
        hasNextPage: slice.hasNextPage,
        hasPreviousPage: slice.hasPreviousPage,
        dataVersionChanged: window.dataVersionChanged,
        totalCount: rowsInAll === null ? null : Number(rowsInAll),
      };
    },
  };
}

/** The id of the newest version, as its one value. */
export const newestVersion: Sql = sql`select max(data_version_id) from refresh.data_versions`;

/** The values that stand in a cursor, as the caller sees them. */
function orderValues(terms: readonly OrderTerm[], row: readonly (string | null)[]): unknown[] {
  return terms.map(({ type }, index) => {
    const value = row[index + 3] ?? null;
    if (type === 'Boolean' && value !== null) return value === 't';
    return shownByCaller(type, value);
  });
}
