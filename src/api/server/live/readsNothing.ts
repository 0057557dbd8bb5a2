import { ClearBins } from '../../access/bins/clearBins';
import { ValueBudget } from '../../query/values/valueBudget';
import type { Request } from '../../resolvers/request/request';
import { sentences } from '../basis/sentences';

/** For contexts of subscriptions: a snapshot would be held open for as long as somebody listens. */
export const readsNothing: Pick<Request, 'snapshot' | 'budget' | 'clearBins'> = {
  snapshot: () => Promise.reject(new Error(sentences.subscriptionReadsNothing)),
  budget: new ValueBudget(0),
  clearBins: new ClearBins(),
};
