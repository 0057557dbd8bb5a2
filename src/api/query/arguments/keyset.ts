import type { Knex } from 'knex';
import { nothing, rowsOf, sql, type Sql } from '../../../ground/database/sql';
import { afterSql, orderSql, reversed, type OrderTerm } from '../values/order';
import type { Window } from './window';

/** A set of rows, in pieces of the statement that reads it. */
export interface RowSet {
  /** Common table expressions, or nothing. */
  readonly preface: Sql;
  readonly columns: Sql;
  readonly from: Sql;
  /** The WHERE clause of the set's own conditions and these. */
  where(...conditions: readonly Sql[]): Sql;
}

export interface Slice<Raw> {
  readonly rows: Raw[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** The slice is the whole set. */
  readonly whole: boolean;
}

/** Reads the rows of a window, in order, by one statement; by two where nothing lies in the window. */
export async function readSlice<Raw extends object>(
  database: Knex,
  set: RowSet,
  terms: readonly OrderTerm[],
  window: Window,
  pageInfo: boolean,
): Promise<Slice<Raw>> {
  const beyond = beyondCursor(set, terms, window, pageInfo);
  const columns = beyond ? sql`${set.columns}, ${beyond} as beyond_cursor` : set.columns;
  const found = await rowsOf<Raw & { beyond_cursor?: boolean }>(
    database,
    sql`${set.preface} select ${columns} from ${set.from} ${set.where(...withinSql(terms, window))} ${inReadingOrder(terms, window)} limit ${window.size + 1}${skipped(window)}`,
  );

  let past = found[0]?.beyond_cursor ?? false;
  if (beyond && found.length === 0) {
    const [answer] = await rowsOf<{ past: boolean }>(
      database,
      sql`${set.preface} select ${beyond} as past`,
    );
    past = answer?.past ?? false;
  }
  // It is no value of the row's. Being the last property, it goes without making the object slow.
  if (beyond) for (const row of found) delete row.beyond_cursor;
  return sliceOf<Raw>(found, window, past);
}

function skipped({ skip }: Window): Sql {
  return skip === 0 ? nothing : sql` offset ${skip}`;
}

/** The conditions of the rows between the cursors of a window. */
export function withinSql(terms: readonly OrderTerm[], window: Window): Sql[] {
  const conditions: Sql[] = [];
  if (window.after) conditions.push(afterSql(terms, window.after));
  if (window.before) conditions.push(afterSql(reversed(terms), window.before));
  return conditions;
}

/** A page from the end is read from the end. */
export function inReadingOrder(terms: readonly OrderTerm[], { backward }: Window): Sql {
  return orderSql(backward ? reversed(terms) : terms);
}

/** The slice of the rows that were found in reading order, one more than the window holds where there are more. */
export function sliceOf<Raw>(found: readonly Raw[], window: Window, past: boolean): Slice<Raw> {
  const more = found.length > window.size;
  const rows = found.slice(0, window.size);
  if (window.backward) rows.reverse();
  return {
    rows,
    ...neighbours(window, more, past),
    whole: !more && !window.after && !window.before && window.skip === 0,
  };
}

/** Whether there are rows after and before a page; `more` were found where the reading ends. */
export function neighbours(
  { backward }: Window,
  more: boolean,
  past: boolean,
): { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean } {
  return { hasNextPage: backward ? past : more, hasPreviousPage: backward ? more : past };
}

/** Whether rows lie on the other side of the cursor at which the reading begins. */
export function beyondCursor(
  set: RowSet,
  terms: readonly OrderTerm[],
  window: Window,
  pageInfo: boolean,
): Sql | null {
  const cursor = window.backward ? window.before : window.after;
  if (!pageInfo || !cursor) return null;
  const onward = afterSql(window.backward ? reversed(terms) : terms, cursor);
  return sql`exists (select from ${set.from} ${set.where(sql`(${onward}) is not true`)})`;
}

/** How many rows the set has. */
export async function countRows(database: Knex, set: RowSet): Promise<number> {
  const [answer] = await rowsOf<{ count: string }>(
    database,
    sql`${set.preface} select count(*) as count from ${set.from} ${set.where()}`,
  );
  return Number(answer?.count);
}
