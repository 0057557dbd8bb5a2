import DataLoader from 'dataloader';
import type { Knex } from 'knex';
import {
  resolveCertificates,
  type CertificateClaim,
  type ResolvedCertificate,
} from '../query/columns/resolvedCertificates';
import type { QuietMoment } from './quietMoment';

/** By what a row says of its certificate: all rows that say the same share one. */
export type CertificateLoader = DataLoader<CertificateClaim, ResolvedCertificate | null, string>;

export function certificateLoader(
  database: () => Promise<Knex>,
  moment: QuietMoment,
): CertificateLoader {
  return new DataLoader(async (claims) => resolveCertificates(await database(), claims), {
    batchScheduleFn: moment.schedule,
    cacheKeyFn: ({ number, serviceRequestId }) => JSON.stringify([serviceRequestId, number]),
  });
}
