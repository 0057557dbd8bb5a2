import type { Knex } from 'knex';
import type { QueryContext } from '../query/columns/context';

/** What a request's loaders ask: its snapshot, as its caller may see it. */
export interface Reading {
  readonly database: Knex;
  readonly query: QueryContext;
}
