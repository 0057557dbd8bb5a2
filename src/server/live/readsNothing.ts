import { ClearBins } from '../../access/clearBins';
import { ValueBudget } from '../../query/valueBudget';
import type { Request } from '../../resolvers/request';
import { sentences } from '../sentences';

/** For contexts of subscriptions: a snapshot would be held open for as long as somebody listens. */
export const readsNothing: Pick<Request, 'snapshot' | 'budget' | 'clearBins'> = {
  snapshot: () => Promise.reject(new Error(sentences.subscriptionReadsNothing)),
  budget: new ValueBudget(0),
  clearBins: new ClearBins(),
};
