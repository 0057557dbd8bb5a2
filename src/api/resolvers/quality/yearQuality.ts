import type { YearQualityResolvers } from '../../generated/resolvers';
import type { ExportReconciliation } from '../../query/quality/exportReconciliation';
import type { YearReporting } from '../../query/quality/reporting';
import type { YearDefects } from '../../query/quality/yearDefects';

/** What years are judged by: each statement is of all of them. */
export interface JudgedYears {
  reporting(): Promise<readonly YearReporting[]>;
  defects(): Promise<readonly YearDefects[]>;
  /** Null where the caller may not see both marts. */
  readonly exports: (() => Promise<readonly ExportReconciliation[]>) | null;
}

export interface JudgedYear {
  readonly year: number;
  readonly years: JudgedYears;
}

export const yearQualityFields: YearQualityResolvers = {
  reporting: async ({ year, years }) => of(year, await years.reporting()) ?? noReports,
  exports: async ({ year, years }) =>
    years.exports && (of(year, await years.exports()) ?? noExports),
  defects: async ({ year, years }) =>
    (await years.defects()).filter((defects) => defects.year === year),
};

const noReports = { expected: 0, reported: 0, missing: 0, unexpected: 0 };
/** All reports of the year are superseded: their successors are outside of the scope. */
const noExports = {
  total: null,
  byCountry: null,
  ...{ equal: 0, different: 0, withoutCountry: 0, withoutTotal: 0 },
};

function of<Judged extends { readonly year: number }>(
  year: number,
  judged: readonly Judged[],
): Judged | undefined {
  return judged.find((each) => each.year === year);
}
