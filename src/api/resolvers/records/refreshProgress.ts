import type { SubscriptionResolvers } from '../../generated/resolvers';
import type { RunProgress } from '../../query/records/refreshProgress';
import { withCallersErrors } from '../request/errors';
import { requireRight } from '../request/rights';

/**
 * Who reads marts may know when they change: it is said by every answer's data version too. Why a run
 * failed is not told here.
 */
export const refreshProgress: NonNullable<SubscriptionResolvers['refreshProgress']> = {
  async subscribe(_source, { runId }, context) {
    const viewer = requireRight(context, 'marts:read', 'quality:read', 'refresh:run');
    return withCallersErrors(() => context.followRefresh(viewer, runId ?? null));
  },
  resolve: (progress: RunProgress) => progress,
};
