import fc from 'fast-check';
import type { RowScope } from '../../../../src/api/access/rowScope';
import type { OracleRequest, World } from './arbitraries';
import type { Report } from './report';

const subsetOf = <Value>(...values: Value[]) => fc.subarray(values, { minLength: 1 });

/** Scopes over the years, companies and certificates that worlds have; of all marts. */
export const scopes: fc.Arbitrary<RowScope> = fc
  .record(
    {
      years: fc.constantFrom<NonNullable<RowScope['years']>>(
        [[2020, 2020]],
        [[2021, 2022]],
        [[2022, 2030]],
      ),
      companies: subsetOf(1, 2, 3),
      certificates: subsetOf('100', '200', '300', '400'),
    },
    { requiredKeys: [] },
  )
  .filter((scope) => Object.keys(scope).length > 0);

/** What of a world is there within a scope, word for word. */
export interface WorldInScope extends World {
  readonly companies: readonly number[];
  /** The requests of which the register knows a participation. */
  readonly participations: ReadonlySet<number>;
}

export function worldWithin(
  { requests, reports }: World,
  companies: readonly number[],
  scope: RowScope,
): WorldInScope {
  const anybody = !scope.companies && !scope.certificates;
  const isCompany = (company: number | null) =>
    company !== null && (scope.companies ?? []).includes(company);
  const isCertificate = (number: string | null | undefined) =>
    typeof number === 'string' && (scope.certificates ?? []).includes(number);
  const isReport = ({ year, companyId, number }: Report) =>
    (!scope.years || scope.years.some(([from, to]) => from <= year && year <= to)) &&
    (anybody || isCompany(companyId) || isCertificate(number));

  const seen = reports.filter(isReport);
  const ofReports = new Set(seen.map(({ serviceRequestId }) => serviceRequestId));
  const isParticipation = ({ serviceRequestId, companyId, participant }: OracleRequest) =>
    participant !== undefined &&
    (anybody ||
      isCompany(companyId) ||
      isCertificate(participant) ||
      ofReports.has(serviceRequestId));
  const participations = requests.filter(isParticipation);
  const isSeenCompany = (company: number) =>
    anybody ||
    isCompany(company) ||
    participations.some(({ companyId }) => companyId === company) ||
    seen.some(({ companyId }) => companyId === company);
  return {
    reports: seen,
    companies: companies.filter(isSeenCompany),
    participations: new Set(participations.map(({ serviceRequestId }) => serviceRequestId)),
    // What the register says of a request is of use to its reports alone.
    requests: requests.filter(({ serviceRequestId }) => ofReports.has(serviceRequestId)),
  };
}
