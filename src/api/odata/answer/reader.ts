import type { Key } from '../asked/resource';
import type { GroupsQuery, RowsQuery } from '../asked/rowsQuery';

/**
 * The values of a row by the names of its properties: amounts and sums as texts of their digits, days and moments as
 * texts, lists as arrays. Under the name of a way that is expanded stands the row, the rows, or null.
 */
export type Row = Readonly<Record<string, unknown>>;

/** Where a page begins, and how long it may be. */
export interface From {
  readonly size: number;
  /** How many rows are passed over; none where there is a cursor. */
  readonly skip: number;
  readonly cursor: string | undefined;
  /** How many there are in all is to be told. */
  readonly count: boolean;
}

export interface Page {
  readonly rows: readonly Row[];
  /** Where the next page begins; undefined of the last one. */
  readonly next: string | undefined;
  readonly total: number | undefined;
  /** How many groups are withheld since they are of too few; undefined where none can be. */
  readonly suppressed?: number | undefined;
}

/** What reads the data, as the caller may see them. All that a request reads is of one data version. */
export interface Reader {
  rows(query: RowsQuery, from: From): Promise<Page>;
  row(query: RowsQuery, key: Key): Promise<Row | undefined>;
  count(query: RowsQuery): Promise<number>;
  groups(query: GroupsQuery, from: From): Promise<Page>;
}
