/**
 * What things cost. One unit is about a microsecond of a processor on the machine where this was measured
 * (`npm run bench:cost`): of PostgreSQL's work and of this process's together.
 */
export const RATES = {
  /** Whatever is asked: HTTP, the document, a transaction. */
  request: 3_000,
  /** A statement of its own, be it ever so small. */
  statement: 700,
  /** A value of the answer, from the row to its text. */
  value: 1,
  /** A list or an object among the arguments. */
  input: 20,
  /** Reading a row of a mart, or of another table. */
  row: 0.2,
  /** Finding one row, or the beginning of some, by a key. */
  probe: 25,
  /** Putting a row into an order that no index has; texts by their collation. */
  sortedRow: 0.3,
  sortedText: 1,
  /** Resolving the certificates of a table's rows: a join with the register. */
  resolvedRow: 1,
  /** Remembering a row of a linked table, and looking it up for each row. */
  linkedRow: 0.2,
} as const;

/** One comparison with one row. */
export const COMPARISONS = {
  plain: 0.05,
  /** Of each value of a list. */
  ofList: 0.005,
  /** Of texts without regard to case, which are folded first. */
  folded: 0.4,
  /** Of a BIN as the caller sees it. */
  bin: 0.3,
} as const;

/** Groups that no rollup answers, for each row that is read. */
export const GROUPING = {
  row: 0.3,
  key: 0.2,
  /** An element of a list, in whose group the row is. */
  listKey: 1,
  plain: 0.1,
  /** The latest period of each request and year. */
  total: 0.4,
  distinct: 0.5,
} as const;
