import type {
  DataQualityResolvers,
  MartQualityResolvers,
  QueryResolvers,
} from '../generated/resolvers';
import { hasMart } from '../access/rowScope';
import type { Mart, Model } from '../model/mart';
import { countDefects, type DefectCount } from '../query/defectCounts';
import { countBins, countMart, type MartCounts } from '../query/martQuality';
import { hasRightCheckDigit, isMaskedAtSource } from './binSoundness';
import type { RequestContext } from './context';
import { requireRight } from './rights';

/** A mart whose quality is asked for; each of its statements runs at most once, and only if needed. */
export interface JudgedMart {
  readonly mart: Mart;
  counts(): Promise<MartCounts>;
  bins(): ReturnType<typeof countBins>;
}

/** All that the quality is judged by. */
export interface JudgedData {
  readonly marts: readonly JudgedMart[];
  defects(): Promise<readonly DefectCount[]>;
}

export function dataQuality(model: Model): NonNullable<QueryResolvers['dataQuality']> {
  return async (_source, _arguments, context) => {
    const viewer = requireRight(context, 'quality:read');
    const { database } = await context.snapshot();
    const sight = { viewer, maskBinFromYear: context.maskBinFromYear };
    return {
      marts: model.marts
        .filter(({ rootField }) => hasMart(viewer.scope, rootField))
        .map((mart) => ({
          mart,
          counts: once(() => countMart(database, mart, sight)),
          bins: once(() => countBins(database, mart, sight)),
        })),
      defects: once(() => countDefects(database, model, sight)),
    };
  };
}

export const dataQualityFields: DataQualityResolvers = {
  defects: (judged) => judged.defects(),
  defectCount: async (judged) =>
    (await judged.defects()).reduce((sum, { count }) => sum + count, 0),
};

export const martQualityFields: MartQualityResolvers = {
  mart: ({ mart }) => mart.rootField,
  rows: async (judged) => (await judged.counts()).rows,
  binFilled: async (judged) => (await judged.counts()).binFilled,
  binMissing: async (judged) => {
    const { rows, binFilled } = await judged.counts();
    return rows - binFilled;
  },
  binWrongCheckDigit: countBinsWhere((bin) => !isMaskedAtSource(bin) && !hasRightCheckDigit(bin)),
  binMaskedAtSource: countBinsWhere(isMaskedAtSource),
  certificate: (judged) => judged.counts(),
  superseded: async (judged) => (await judged.counts()).superseded,
};

/** Hidden digits decide these counts, so who may not read BINs gets none of them. */
function countBinsWhere(holds: (bin: string) => boolean) {
  return async (
    judged: JudgedMart,
    _arguments: unknown,
    { viewer }: RequestContext,
  ): Promise<number | null> => {
    if (!viewer?.rights.has('bin:read')) return null;
    const bins = await judged.bins();
    return bins.filter(({ bin }) => holds(bin)).reduce((sum, { rows }) => sum + rows, 0);
  };
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= work());
}
