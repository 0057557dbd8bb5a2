import type { Knex } from 'knex';
import { nothing } from '../database/sql';
import type { Table } from '../model/mart';
import { conditionSql } from './condition';
import type { QueryContext } from './context';
import { CursorForm } from './cursor';
import { readFilter } from './filter';
import { countRows, readSlice, type RowSet } from './keyset';
import { rowColumns, type Row } from './rowColumns';
import { readRowOrder } from './rowOrder';
import { Source } from './source';
import { readWindow } from './window';

/** The arguments of a connection, as GraphQL gives them. */
export interface PageRequest {
  readonly filter?: unknown;
  readonly orderBy?: unknown;
  readonly first?: unknown;
  readonly after?: unknown;
  readonly last?: unknown;
  readonly before?: unknown;
}

/** What of the answer is asked for. */
export interface PageWants {
  /** Fields of a row; `binMasked` and `certificate` may be among them. */
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
  const source = new Source(table, context);
  const condition = conditionSql(readFilter(table, request.filter), source);
  const terms = readRowOrder(table, request.orderBy, source);
  const cursors = new CursorForm(terms, table.name, context.dataVersionId);
  const window = readWindow(request, cursors);
  const { columns, rowOf } = rowColumns(table, wants.fields, terms, source);
  const set: RowSet = {
    preface: nothing,
    columns,
    from: source.from(),
    where: (...conditions) => source.where(condition, ...conditions),
  };

  const slice = await readSlice<Record<string, unknown>>(
    database,
    set,
    terms,
    window,
    wants.pageInfo !== false,
  );
  const rows = slice.rows.map(rowOf);
  let totalCount: number | null = null;
  if (wants.totalCount) totalCount = slice.whole ? rows.length : await countRows(database, set);
  return {
    rows,
    hasNextPage: slice.hasNextPage,
    hasPreviousPage: slice.hasPreviousPage,
    totalCount,
    cursorOf: (row) => cursors.write(terms.map(({ alias }) => row[alias])),
  };
}
