import type { EntitySet, Method, Navigation, Property } from '../model/entityModel';
import type { Condition } from './condition';

/** One term of an order. Null is less than every value, as OData has it. */
export interface OrderTerm {
  readonly property: string;
  readonly descending: boolean;
}

/** What is asked of the rows of a set. */
export interface RowsQuery {
  readonly set: EntitySet;
  readonly select: readonly Property[];
  /** Undefined: every row. */
  readonly filter: Condition | undefined;
  readonly order: readonly OrderTerm[];
  /** How many rows the list ends after; undefined: with its last. */
  readonly top: number | undefined;
  readonly skip: number;
  /** How many rows there are in all. */
  readonly count: boolean;
  readonly expand: readonly Expanded[];
}

/** Rows, or the one row, that a row leads to. */
export interface Expanded {
  readonly navigation: Navigation;
  readonly query: RowsQuery;
}

export interface Aggregated {
  readonly alias: string;
  readonly property: Property;
  readonly method: Method;
}

/** What is asked of the groups of a set's rows. */
export interface GroupsQuery {
  readonly set: EntitySet;
  readonly keys: readonly Property[];
  readonly aggregates: readonly Aggregated[];
  /** Names under which the number of a group's rows is told. */
  readonly counts: readonly string[];
  readonly filter: Condition | undefined;
  /** By keys, aggregates and counts, under their names in the answer. */
  readonly order: readonly OrderTerm[];
  readonly top: number | undefined;
  readonly skip: number;
  readonly count: boolean;
}
