import type { SourceTable } from '../../systems/sourceTable';

/**
 * The names of the tables that live as long as a refresh's transaction. Those of a table of Silver or Gold
 * bear its layer, since tables of two layers may share a name.
 */
export const temporary = {
  /** Keys of a source table that are read again. */
  touched: ({ id }: SourceTable) => `touched_${flat(id)}`,
  /** The newest event of each of those keys. */
  newest: ({ id }: SourceTable) => `newest_${flat(id)}`,
  /** Keys of a source table that a comparison looks at. */
  sampled: ({ id }: SourceTable) => `sampled_${flat(id)}`,
  /** The rows of a table as its SELECT gives them now. */
  read: (table: string) => `read_${flat(table)}`,
  /** Primary keys of a table's rows that changed. */
  changed: (table: string) => `changed_${flat(table)}`,
  /** A table's rows as they were before they changed. */
  before: (table: string) => `before_${flat(table)}`,
};

const flat = (table: string) => table.replace('.', '_');
