import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../../access/viewer';
import { answerError } from '../../resolvers/request/errors';
import { requireRight } from '../../resolvers/request/rights';
import { sentences } from '../basis/sentences';

/** The caller, if it may use more than trusted documents. */
export function requireReader(request: FastifyRequest): Viewer {
  const viewer = requireRight(request, 'marts:read');
  if (viewer.trustedOnly) throw answerError('FORBIDDEN', sentences.trustedOnly);
  return viewer;
}
