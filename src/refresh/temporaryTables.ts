/**
 * The names of the tables that live as long as a refresh's transaction. Those of a table of Silver or Gold
 * bear its layer, since tables of two layers may share a name.
 */
export const temporary = {
  /** Keys of a source table that are read again. */
  touched: (source: string) => `touched_${source}`,
  /** The newest event of each of those keys. */
  newest: (source: string) => `newest_${source}`,
  /** Keys of a source table that a comparison looks at. */
  sampled: (source: string) => `sampled_${source}`,
  /** The rows of a table as its SELECT gives them now. */
  read: (table: string) => `read_${flat(table)}`,
  /** Primary keys of a table's rows that changed. */
  changed: (table: string) => `changed_${flat(table)}`,
  /** A table's rows as they were before they changed. */
  before: (table: string) => `before_${flat(table)}`,
};

const flat = (table: string) => table.replace('.', '_');
