/** How a measure's total is formed (see "Measures do not simply add up"). A grain says which it has. */
export type MeasureKind = 'CUMULATIVE' | 'STOCK' | 'FLOW' | 'ADDITIVE' | 'DISTINCT';

/**
 * What one row of a mart is, and which rules hold of it. A rule that is undefined does not hold. Names
 * are those of columns where nothing else is said.
 */
export interface Grain {
  /** As a mart names it. */
  readonly name: string;
  /** The interface of schema/ whose fields every mart of the grain has. */
  readonly fields: string;
  readonly kinds: readonly MeasureKind[];
  /** The fields that the key of each mart begins with. */
  readonly key: readonly string[];
  /** Whom or what a row is about, where this is the same for all marts. */
  readonly subject: string | undefined;
  readonly company: CompanyLink | undefined;
  readonly periods: Periods | undefined;
  /** The row's own number of a certificate, which the register of its subject completes. */
  readonly certificate: string | undefined;
  readonly defects: DefectSource | undefined;
  /** BINs are masked by the year of their row, and each has its pseudonym beside it. */
  readonly maskedByYear: boolean;
  /** Rows stand at a time, of which a mart has the steps as dimensions. */
  readonly inTime: boolean;
}

/** Rows belong to periods of years, and a row can replace another of the same subject and period. */
export interface Periods {
  readonly year: string;
  readonly period: string;
  readonly superseded: string;
}

/** How a row leads to its company: by the company's id, or by its BIN. */
export interface CompanyLink {
  readonly field: string;
  readonly column: string;
  readonly by: 'id' | 'bin';
}

/** Where the defects of a row's values are: those of a source table, by the field that has its key. */
export interface DefectSource {
  readonly source: string;
  readonly by: string;
}

/** Steps of time, from the longest; a weekday recurs. */
export const TIME_STEPS = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'WEEKDAY'] as const;
export type TimeStep = (typeof TIME_STEPS)[number];

/** The time of an event. */
export interface EventTime {
  readonly field: string;
  readonly column: string;
  readonly type: 'Date' | 'DateTime';
}
