import type {
  ColumnDefects,
  MartQualityResolvers,
  MartYearQualityResolvers,
} from '../../generated/resolvers';
import type { Mart } from '../../model/mart';
import type { MartCounts, MartYearCounts } from '../../query/quality/martQuality';
import type { TotalCoverage } from '../../query/quality/totalCoverage';
import type { YearDefects } from '../../query/quality/yearDefects';
import type { RequestContext } from '../request/context';

/** A mart whose quality is asked for. */
export interface JudgedMart {
  readonly mart: Mart;
  /** By year. */
  counts(): Promise<readonly MartYearCounts[]>;
  defects(): Promise<readonly YearDefects[]>;
  coverage(): Promise<readonly TotalCoverage[]>;
}

/** The rows of a year in it. */
export interface JudgedMartYear {
  readonly of: JudgedMart;
  readonly counts: MartYearCounts;
}

export const martQualityFields: MartQualityResolvers = {
  mart: ({ mart }) => mart.rootField,
  rows: summed('rows'),
  binFilled: summed('binFilled'),
  binMissing: async (judged) =>
    (await summed('rows')(judged)) - (await summed('binFilled')(judged)),
  binWrongCheckDigit: summedWhereKnown('binWrongCheckDigit'),
  binMaskedAtSource: summedWhereKnown('binMaskedAtSource'),
  certificate: async (judged) => ({
    report: await summed('report')(judged),
    participant: await summed('participant')(judged),
    serviceRequest: await summed('serviceRequest')(judged),
    missing: await summed('missing')(judged),
    conflicting: await summed('conflicting')(judged),
  }),
  superseded: summed('superseded'),
  duplicatePeriods: summed('duplicatePeriods'),
  defects: async (judged) => byColumn(await judged.defects()),
  years: async (judged, { year }) =>
    ofYear(await judged.counts(), year).map((counts) => ({ of: judged, counts })),
};

export const martYearQualityFields: MartYearQualityResolvers = {
  year: ({ counts }) => counts.year,
  rows: ({ counts }) => counts.rows,
  binFilled: ({ counts }) => counts.binFilled,
  binMissing: ({ counts }) => counts.rows - counts.binFilled,
  binWrongCheckDigit: ({ counts }) => counts.binWrongCheckDigit,
  binMaskedAtSource: ({ counts }) => counts.binMaskedAtSource,
  certificate: ({ counts }) => counts,
  superseded: ({ counts }) => counts.superseded,
  duplicatePeriods: ({ counts }) => counts.duplicatePeriods,
  defects: async ({ of, counts: { year } }) =>
    (await of.defects()).filter((defects) => defects.year === year),
  coverage: async ({ of, counts: { year } }) =>
    (await of.coverage()).find((coverage) => coverage.year === year) ?? onlySuperseded,
};

/** A year all of whose rows are of superseded reports: their successors are outside of the scope. */
const onlySuperseded = { participations: 0, someQuarters: 0, yearlyLeftAside: 0, measures: [] };

/** All years, or the one that is asked for. */
export function ofYear<Judged extends { readonly year: number }>(
  judged: readonly Judged[],
  asked: number | null | undefined,
): readonly Judged[] {
  return typeof asked === 'number' ? judged.filter(({ year }) => year === asked) : judged;
}

type Soundness = 'binWrongCheckDigit' | 'binMaskedAtSource';

/** Of all years. */
function summed(count: Exclude<keyof MartCounts, Soundness>) {
  return async (judged: JudgedMart): Promise<number> =>
    (await judged.counts()).reduce((sum, counts) => sum + counts[count], 0);
}

/** The same for what is null in every year for who may not read BINs. */
function summedWhereKnown(count: Soundness) {
  return async (judged: JudgedMart, _arguments: unknown, { viewer }: RequestContext) => {
    if (!viewer?.rights.has('bin:read')) return null;
    return (await judged.counts()).reduce((sum, counts) => sum + (counts[count] ?? 0), 0);
  };
}

/** Defects of all years, by column. */
export function byColumn(defects: readonly YearDefects[]): ColumnDefects[] {
  const columns = new Map<string, number>();
  for (const { column, count } of defects) columns.set(column, (columns.get(column) ?? 0) + count);
  return [...columns]
    .map(([column, count]) => ({ column, count }))
    .sort((one, other) => (one.column < other.column ? -1 : 1));
}
