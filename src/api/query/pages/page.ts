import type { Knex } from 'knex';
import { nothing, type Sql } from '../../../ground/database/sql';
import type { Table } from '../../model/mart';
import { conditionSql } from '../arguments/condition';
import type { QueryContext } from '../columns/context';
import { CursorForm } from '../arguments/cursor';
import { readFilter } from '../arguments/filter';
import { countRows, readSlice, type RowSet, type Slice } from '../arguments/keyset';
import type { OrderTerm } from '../values/order';
import { rowColumns, type Row } from '../columns/rowColumns';
import { readRowOrder } from '../arguments/rowOrder';
import { Source } from '../columns/source';
import { readWindow, type Window } from '../arguments/window';

/** The arguments of a connection, as GraphQL gives them. */
export interface PageRequest {
  readonly filter?: unknown;
  readonly orderBy?: unknown;
  readonly first?: unknown;
  readonly after?: unknown;
  readonly last?: unknown;
  readonly before?: unknown;
  /** How many rows are passed over before the first; GraphQL does not offer it. */
  readonly skip?: number;
}

/** What of the answer is asked for. */
export interface PageWants {
  /** Fields of a row; `binMasked` may be among them. */
  readonly fields: readonly string[];
  readonly totalCount: boolean;
  /** False where neither hasNextPage nor hasPreviousPage is read; absent means true. */
  readonly pageInfo?: boolean;
}

export type { Row };

export interface Page {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** It goes on from a cursor of another data version. */
  readonly dataVersionChanged: boolean;
  /** Null where it was not asked for. */
  readonly totalCount: number | null;
  cursorOf(row: Row): string;
}

/** Reads one page of a table. Throws BadInput where an argument cannot be used. */
export async function readPage(
  database: Knex,
  table: Table,
  request: PageRequest,
  wants: PageWants,
  context: QueryContext,
): Promise<Page> {
  const { set, terms, window, pageOf } = planPage(table, request, wants, context);
  const slice = await readSlice<Record<string, unknown>>(
    database,
    set,
    terms,
    window,
    wants.pageInfo !== false,
  );
  let totalCount: number | null = null;
  if (wants.totalCount) {
    totalCount = slice.whole ? slice.rows.length : await countRows(database, set);
  }
  return pageOf(slice, totalCount);
}

/** How a page is read: the pieces of its statement, and what makes a page of the statement's rows. */
export interface PagePlan {
  readonly set: RowSet;
  readonly terms: readonly OrderTerm[];
  readonly window: Window;
  pageOf(slice: Slice<Record<string, unknown>>, totalCount: number | null): Page;
}

/** `link` is a condition that holds for all rows of the page. Throws BadInput. */
export function planPage(
  table: Table,
  request: PageRequest,
  wants: PageWants,
  context: QueryContext,
  link: readonly Sql[] = [],
): PagePlan {
  const { source, condition, terms, cursors, window } = planRows(table, request, context);
  const { columns, rowOf } = rowColumns(table, wants.fields, terms, source);
  return {
    set: {
      preface: nothing,
      columns,
      from: source.from(),
      where: (...conditions) => source.where(...link, condition, ...conditions),
    },
    terms,
    window,
    pageOf: ({ rows, hasNextPage, hasPreviousPage }, totalCount) => ({
      rows: rows.map(rowOf),
      hasNextPage,
      hasPreviousPage,
      dataVersionChanged: window.dataVersionChanged,
      totalCount,
      cursorOf: (row) => cursors.write(terms.map(({ alias }) => row[alias])),
    }),
  };
}

/** Which rows a request means, whatever of them is read. */
export interface RowsPlan {
  readonly source: Source;
  readonly condition: Sql;
  readonly terms: readonly OrderTerm[];
  readonly cursors: CursorForm;
  readonly window: Window;
}

/** Throws BadInput where an argument cannot be used. */
export function planRows(
  table: Table,
  request: PageRequest,
  context: QueryContext,
  source = new Source(table, context),
): RowsPlan {
  const condition = conditionSql(readFilter(table, request.filter, context), source);
  const terms = readRowOrder(table, request.orderBy, source);
  const cursors = new CursorForm(terms, table.name, context.dataVersionId);
  return { source, condition, terms, cursors, window: readWindow(request, cursors) };
}
