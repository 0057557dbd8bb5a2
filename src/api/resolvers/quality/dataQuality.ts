import { isOutOfScope } from '../../query/columns/outOfScope';
import type { DataQualityResolvers, QueryResolvers } from '../../generated/resolvers';
import { entityNamed } from '../../model/lookup';
import type { Mart, Model } from '../../model/mart';
import { shown } from '../../query/values/badInput';
import { countDefects, type DefectCount } from '../../query/quality/defectCounts';
import { reconcileExports } from '../../query/quality/exportReconciliation';
import { countEventDefects, countEvents } from '../../query/quality/eventQuality';
import { countMart } from '../../query/quality/martQuality';
import { countReporting } from '../../query/quality/reporting';
import { coverTotals } from '../../query/quality/totalCoverage';
import { countMartDefects, countReportDefects } from '../../query/quality/yearDefects';
import { answerError } from '../request/errors';
import type { JudgedEvents } from './eventQuality';
import { ofYear, type JudgedMart } from './martQuality';
import { requireRight } from '../request/rights';
import type { JudgedYear, JudgedYears } from './yearQuality';

/** All that the quality is judged by; each statement runs at most once, and only if it is needed. */
export interface JudgedData {
  readonly marts: readonly JudgedMart[];
  readonly events: readonly JudgedEvents[];
  years(): Promise<readonly JudgedYear[]>;
  defects(): Promise<readonly DefectCount[]>;
}

export function dataQuality(model: Model): NonNullable<QueryResolvers['dataQuality']> {
  return async (_source, _arguments, context) => {
    const viewer = requireRight(context, 'quality:read');
    const { database } = await context.snapshot();
    const sight = { viewer, binMask: context.binMask };
    const seen = model.marts.filter((mart) => !isOutOfScope(viewer.scope, mart));
    const marts = seen.filter(({ grain }) => grain.periods);
    const reconciled = reconcilable(marts);
    const years: JudgedYears = {
      reporting: once(() => countReporting(database, model, sight)),
      defects: once(() => countReportDefects(database, entityNamed(model, 'Report'), sight)),
      exports: reconciled && once(() => reconcileExports(database, ...reconciled, sight)),
    };
    return {
      marts: marts.map((mart) => ({
        mart,
        counts: once(() => countMart(database, mart, sight)),
        defects: once(() => countMartDefects(database, mart, sight)),
        coverage: once(() => coverTotals(database, mart, sight)),
      })),
      events: seen
        .filter(({ time }) => time)
        .map((mart) => ({
          mart,
          counts: once(() => countEvents(database, mart, sight)),
          defects: once(() => countEventDefects(database, mart, sight)),
        })),
      years: async () => (await years.reporting()).map(({ year }) => ({ year, years })),
      defects: once(() => countDefects(database, model, sight)),
    };
  };
}

export const dataQualityFields: DataQualityResolvers = {
  marts: ({ marts }, { mart }) => named(marts, mart),
  events: ({ events }, { mart }) => named(events, mart),
  years: async (judged, { year }) => ofYear(await judged.years(), year),
  defects: (judged) => judged.defects(),
  defectCount: async (judged) =>
    (await judged.defects()).reduce((sum, { count }) => sum + count, 0),
};

/** All, or the one that is asked for. */
function named<Judged extends { readonly mart: Mart }>(
  judged: readonly Judged[],
  name: string | null | undefined,
): readonly Judged[] {
  if (typeof name !== 'string') return judged;
  const found = judged.filter(({ mart }) => mart.rootField === name);
  if (found.length > 0) return found;
  const known = judged.map(({ mart }) => mart.rootField).join(', ') || 'none';
  throw answerError('BAD_USER_INPUT', `mart is ${shown(name)}; expected one of ${known}.`);
}

/** The marts of exports, where the caller may see both. */
function reconcilable(marts: readonly Mart[]): readonly [Mart, Mart] | null {
  const exports = marts.find(({ rootField }) => rootField === 'exports');
  const byCountry = marts.find(({ rootField }) => rootField === 'exportByCountry');
  return exports && byCountry ? [exports, byCountry] : null;
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= work());
}
