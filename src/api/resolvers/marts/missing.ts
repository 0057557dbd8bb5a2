import type { MissingValueResolvers } from '../../generated/resolvers';
import type { Mart } from '../../model/mart';
import { missingMeasure, type MissingMeasure } from '../../query/quality/missing';
import type { Row } from '../../query/pages/page';
import type { RequestContext } from '../request/context';
import { numberOf } from './rowValue';

/** The resolver of `missing`: the mart's measures that are null in a row, each with why. */
export function missingOf(mart: Mart) {
  const [, itemKey] = mart.key;
  return async (
    row: Row,
    _arguments: unknown,
    { loaders }: RequestContext,
  ): Promise<readonly MissingMeasure[]> => {
    const absent = mart.measures.filter(({ field }) => row[field] === null);
    const report = numberOf(row, 'reportId');
    if (absent.length === 0 || report === null) return [];
    const defects = await loaders.reportDefects.load(report);
    const position = itemKey === undefined ? 0 : (numberOf(row, itemKey) ?? 0);
    return absent.map((measure) => missingMeasure(measure, defects, position));
  };
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
