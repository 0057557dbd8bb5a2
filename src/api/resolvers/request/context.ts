import { createLoaders, type Loaders } from '../../loaders/loaders';
import type { Model } from '../../model/mart';
import { published } from './published';
import type { Request } from './request';

/** Given to every resolver; made by the server for one request, and never outlives it. */
export interface RequestContext extends Request {
  readonly loaders: Loaders;
}

export function createRequestContext(model: Model, request: Request): RequestContext {
  return { ...request, loaders: createLoaders(model, () => published(request), request.budget) };
}
