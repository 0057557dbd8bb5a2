import type { DataVersionResolvers, QueryResolvers } from '../../generated/resolvers';
import { pendingEvents, secondsSince } from '../../query/records/freshness';
import { requireViewer } from '../request/rights';

export const dataVersion: NonNullable<QueryResolvers['dataVersion']> = async (
  _source,
  _arguments,
  context,
) => {
  requireViewer(context.viewer);
  return (await context.snapshot()).dataVersion;
};

export const dataVersionFields: DataVersionResolvers = {
  async lagSeconds({ sourceTime }, _arguments, context) {
    return sourceTime === null
      ? null
      : secondsSince((await context.snapshot()).database, sourceTime);
  },
  async pendingEvents(_source, _arguments, context) {
    return pendingEvents((await context.snapshot()).database);
  },
};
