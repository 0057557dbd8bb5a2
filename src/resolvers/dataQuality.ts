import type { Knex } from 'knex';
import type {
  DataQualityResolvers,
  DefectCount,
  MartQualityResolvers,
  QueryResolvers,
} from '../generated/resolvers';
import type { Mart, Model } from '../model/mart';
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
    requireRight(context, 'quality:read');
    const { database } = await context.snapshot();
    return {
      marts: model.marts.map((mart) => judged(database, mart)),
      defects: once(() => defectCounts(database)),
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

function judged(database: Knex, mart: Mart): JudgedMart {
  return {
    mart,
    counts: once(() => countMart(database, mart)),
    bins: once(() => countBins(database, mart)),
  };
}

async function defectCounts(database: Knex): Promise<readonly DefectCount[]> {
  return database('silver.defects')
    .select<DefectCount[]>({ table: 'source_table', column: 'column_name' })
    .select(database.raw('count(*)::integer as count'))
    .groupBy('source_table', 'column_name')
    .orderBy(['source_table', 'column_name']);
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= work());
}
