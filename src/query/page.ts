import type { Knex } from 'knex';
import type { Table } from '../model/mart';
import type { QueryContext } from './context';

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

/** A row by its GraphQL fields. Those of the key and of the order are always there. */
export type Row = Readonly<Record<string, unknown>>;

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
  throw new Error(`${table.name}: ${String([database, request, wants, context].length)}`);
}
