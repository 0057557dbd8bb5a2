import type { Knex } from 'knex';
import { identifier, joined, rowsOf, sql } from '../../../ground/database/sql';
import {
  CERTIFICATE_PARTS,
  certificateExpressions,
  certificateJoins,
  type CertificatePart,
} from './certificate';

/** What a row says itself: the number in its report, and the request under which the register knows it. */
export interface CertificateClaim {
  readonly number: string | null;
  readonly serviceRequestId: number | null;
}

/** Of each part its value: texts, days as 2026-01-31, and whether report and register conflict. */
export type ResolvedCertificate = Readonly<Record<CertificatePart, unknown>>;

const PARTS = Object.keys(CERTIFICATE_PARTS) as CertificatePart[];

/** The certificate of each claim, in their order; null where there is no number. */
export async function resolveCertificates(
  database: Knex,
  claims: readonly CertificateClaim[],
): Promise<readonly (ResolvedCertificate | null)[]> {
  const numbers = claims.map(({ number }) => number);
  const requests = claims.map(({ serviceRequestId }) => serviceRequestId);
  const parts = PARTS.map((part) => sql`${certificateExpressions[part]} as ${identifier(part)}`);
  const found = await rowsOf<ResolvedCertificate>(
    database,
    sql`select ${joined(parts, ', ')}
      from unnest(${numbers}::text[], ${requests}::integer[])
        with ordinality as m (certificate_number, service_request_id, place) ${certificateJoins}
      order by m.place`,
  );
  return found.map((certificate) => (certificate.number === null ? null : certificate));
}
