import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../../access/viewer';
import { answerError } from '../../resolvers/errors';
import { requireRight } from '../../resolvers/rights';
import { sentences } from '../sentences';

/** Who asks, if they may have files at all. */
export function requireReader(request: FastifyRequest): Viewer {
  const viewer = requireRight(request, 'marts:read');
  if (viewer.trustedOnly) throw answerError('FORBIDDEN', sentences.trustedOnly);
  return viewer;
}
