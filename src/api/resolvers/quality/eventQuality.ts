import type { EventQualityResolvers } from '../../generated/resolvers';
import type { Mart } from '../../model/mart';
import type { EventCounts, EventYearCounts } from '../../query/quality/eventQuality';
import type { YearDefects } from '../../query/quality/yearDefects';
import { byColumn, ofYear } from './martQuality';

/** A mart of events whose quality is asked for. */
export interface JudgedEvents {
  readonly mart: Mart;
  /** By year. */
  counts(): Promise<readonly EventYearCounts[]>;
  defects(): Promise<readonly YearDefects[]>;
}

const COUNTS = [
  'companyKnown',
  'companyUnknown',
  'binFilled',
  'binMissing',
  'binWrongCheckDigit',
  'binMaskedAtSource',
] as const satisfies readonly (keyof EventCounts)[];

export const eventQualityFields: EventQualityResolvers = {
  mart: ({ mart }) => mart.rootField,
  rows: async ({ counts }) => (await counts()).reduce((sum, { rows }) => sum + rows, 0),
  // Counts of few rows would tell of few subjects, whom a mart without rows does not show.
  counts: async ({ mart, counts }) => (mart.rows ? summed(await counts()) : null),
  defects: async ({ defects }) => byColumn(await defects()),
  years: async ({ mart, counts }, { year }) =>
    mart.rows
      ? ofYear(await counts(), year).map((each) => ({
          year: each.year,
          rows: each.rows,
          counts: each,
        }))
      : [],
};

function summed(years: readonly EventYearCounts[]): EventCounts {
  const sums = COUNTS.map((name) => {
    const values = years.map((year) => year[name]).filter((value) => value !== null);
    const isThere = values.length === years.length;
    return [name, isThere ? values.reduce((sum, value) => sum + value, 0) : null] as const;
  });
  return Object.fromEntries(sums) as unknown as EventCounts;
}
