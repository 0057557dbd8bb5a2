/** A row of a mart as the plain reading of the rules knows it. */
export interface Report {
  readonly reportId: number;
  readonly serviceRequestId: number;
  readonly companyId: number | null;
  readonly year: number;
  readonly reportType: 'QUARTER1' | 'QUARTER2' | 'QUARTER3' | 'QUARTER4' | 'YEARLY';
  readonly superseded: boolean;
  readonly companyName: string | null;
  readonly bin: string | null;
  readonly binPseudonym: string | null;
  readonly ownNumber: string | null;
  readonly number: string | null;
  readonly source: string | null;
  readonly activityFields: readonly string[] | null;
  /** The investor's country, of general indicators. */
  readonly investor: string | null;
  readonly isResident: boolean;
  /** Of an item; null where the row is a report. */
  readonly country: string | null;
  /** By measure; amounts in hundredths, counts in ones. */
  readonly values: Readonly<Record<string, bigint | null>>;
}

const PERIODS = ['QUARTER1', 'QUARTER2', 'QUARTER3', 'QUARTER4', 'YEARLY'];

/** The order of time within a year. */
export function periodOf({ reportType }: Report): number {
  return PERIODS.indexOf(reportType);
}

export function isQuarterly({ reportType }: Report): boolean {
  return reportType !== 'YEARLY';
}
