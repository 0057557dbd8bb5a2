import type { GraphQLError } from 'graphql';
import type { Reading } from '../../loaders/reading';
import { answerError } from './errors';
import type { Request } from './request';
import { requireRight } from './rights';

/** The published data as the caller may see it. Throws where the caller may see none, or none is there. */
export async function published(request: Request): Promise<Reading> {
  const viewer = requireRight(request, 'marts:read');
  const { database, dataVersion } = await request.snapshot();
  if (!dataVersion) throw notPublished();
  const { binMask, minGroupCompanies = 0 } = request;
  const { id: dataVersionId, rolledUp } = dataVersion;
  return {
    database,
    query: { viewer, binMask, minGroupCompanies, dataVersionId, rolledUp },
  };
}

export function notPublished(): GraphQLError {
  return answerError(
    'UNAVAILABLE',
    'No data has been published yet. The first refresh publishes it: try again when it has ended.',
  );
}
