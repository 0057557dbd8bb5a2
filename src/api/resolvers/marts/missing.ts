import type { MissingValueResolvers } from '../../generated/resolvers';
import { isOfItems } from '../../model/lookup';
import type { Mart } from '../../model/mart';
import { missingMeasure, type MissingMeasure } from '../../query/quality/missing';
import type { Row } from '../../query/pages/page';
import type { RequestContext } from '../request/context';
import { numberOf } from './rowValue';

/** The resolver of `missing`: the mart's measures that are null in a row, each with why. */
export function missingOf(mart: Mart) {
  const { source, by } = mart.defects ?? noDefects(mart);
  const itemKey = isOfItems(mart) ? mart.key[1] : undefined;
  return async (
    row: Row,
    _arguments: unknown,
    { loaders }: RequestContext,
  ): Promise<readonly MissingMeasure[]> => {
    const absent = mart.measures.filter(({ field }) => row[field] === null);
    if (absent.length === 0) return [];
    const defects = await loaders.defects.of(source).load(String(row[by]));
    const position = itemKey === undefined ? 0 : (numberOf(row, itemKey) ?? 0);
    return absent.map((measure) => missingMeasure(measure, defects, position));
  };
}

function noDefects({ name }: Mart): never {
  throw new Error(`${name} names no defects, by which missing values are explained.`);
}

export const missingValueFields: MissingValueResolvers = {
  defects: ({ defects }, _arguments, { viewer }) =>
    viewer?.rights.has('quality:read')
      ? defects.map(({ column, position, value, reason }) => ({
          column,
          item: position === 0 ? null : position,
          value,
          reason,
        }))
      : null,
};
