import fc from 'fast-check';
import type { Report } from './report';

const maybe = <Value>(...values: Value[]) => fc.constantFrom(null, ...values);

const PERIODS = ['QUARTER1', 'QUARTER2', 'QUARTER3', 'QUARTER4', 'YEARLY'] as const;
export const YEARS = [2020, 2021, 2022];
const FIELDS = ['ИТ', 'Fintech', 'ai'];

/** A service request with what the registers say of it. */
export interface OracleRequest {
  readonly serviceRequestId: number;
  readonly companyId: number | null;
  /** Undefined: there is no such row in the register. */
  readonly participant: string | null | undefined;
  readonly request: string | null | undefined;
}

export interface World {
  readonly requests: readonly OracleRequest[];
  readonly reports: readonly Report[];
}

/** Requests and their reports; of one request, year and period at most one is not superseded. */
export function worlds(
  measures: readonly string[],
  value: fc.Arbitrary<bigint>,
): fc.Arbitrary<World> {
  const requests = fc.tuple(
    ...[1, 2, 3, 4].map((serviceRequestId) =>
      fc.record({
        serviceRequestId: fc.constant(serviceRequestId),
        companyId: maybe(1, 2),
        participant: fc.constantFrom(undefined, null, '100', '200'),
        request: fc.constantFrom(undefined, null, '200', '300'),
      }),
    ),
  );
  const values = fc.record(
    Object.fromEntries(measures.map((field) => [field, fc.option(value, { freq: 3 })])),
  );
  const report = fc.record({
    serviceRequestId: fc.integer({ min: 1, max: 4 }),
    year: fc.constantFrom(...YEARS),
    reportType: fc.constantFrom(...PERIODS),
    superseded: fc.boolean(),
    companyName: maybe('Алма', 'алмаз', 'Beta%', 'beta'),
    company: maybe(1, 2),
    ownNumber: maybe('100', '300'),
    investor: maybe('США', 'Казахстан'),
    isResident: fc.boolean(),
    activityFields: fc.option(fc.array(fc.constantFrom(...FIELDS), { maxLength: 3 })),
    values,
  });
  return fc
    .record({ requests, given: fc.array(report, { maxLength: 30 }) })
    .map(({ requests, given }) => {
      const taken = new Set<string>();
      const reports = given.map(({ company, ...row }, index): Report => {
        const slot = `${row.serviceRequestId} ${row.year} ${row.reportType}`;
        const superseded = row.superseded || taken.has(slot);
        if (!superseded) taken.add(slot);
        const request = requests[row.serviceRequestId - 1];
        return {
          ...row,
          superseded,
          reportId: index + 1,
          companyId: request?.companyId ?? null,
          bin: company === null ? null : `00000000000${company}`,
          binPseudonym: company === null ? null : `77777700000${3 - company}`,
          number: row.ownNumber ?? request?.participant ?? request?.request ?? null,
          source: sourceOf(row.ownNumber, request),
          country: null,
        };
      });
      return { requests, reports };
    });
}

function sourceOf(own: string | null, request: OracleRequest | undefined): string | null {
  if (own !== null) return 'REPORT';
  if ((request?.participant ?? null) !== null) return 'PARTICIPANT';
  return (request?.request ?? null) === null ? null : 'SERVICE_REQUEST';
}

const ids = fc.constantFrom(1, 2, 3);
const names = fc.constantFrom('алма', 'Beta%', 'АЛ', 'b', '%');
const numbers = fc.constantFrom('100', '200', '300', '400');
const countries = fc.constantFrom('KZ', 'CN');

/** Filters of every sort, nested; `measure` is one that rows are filtered by. */
export function filters(measure: string, own: 'items' | 'lists' | 'none'): fc.Arbitrary<object> {
  const oneOf = <Value>(name: string, operators: string[], value: fc.Arbitrary<Value>) =>
    fc.tuple(fc.constantFrom(...operators), value).map(([operator, given]) => ({
      [name]: { [operator]: /[iI]n$/.test(operator) ? [given] : given },
    }));
  const ofItems = oneOf('countryCode', ['eq', 'ne', 'in', 'notIn'], countries);
  const leaves: fc.Arbitrary<object>[] = [
    fc.constant({}),
    oneOf('year', ['eq', 'ne', 'in', 'notIn', 'gt', 'lte'], fc.constantFrom(...YEARS)),
    oneOf('reportType', ['eq', 'ne', 'in', 'notIn'], fc.constantFrom(...PERIODS)),
    oneOf('superseded', ['eq', 'ne'], fc.boolean()),
    oneOf('companyId', ['eq', 'ne', 'notIn', 'gt'], ids),
    oneOf('companyName', ['eq', 'ne', 'contains', 'startsWith', 'notIn'], names),
    oneOf('companyName', ['isNull'], fc.boolean()),
    oneOf('number', ['eq', 'ne', 'notIn'], numbers).map((number) => ({ certificate: number })),
    oneOf(
      'source',
      ['eq', 'ne', 'in'],
      fc.constantFrom('REPORT', 'PARTICIPANT', 'SERVICE_REQUEST'),
    ).map((source) => ({ certificate: source })),
    oneOf('serviceRequestId', ['eq', 'ne', 'in', 'notIn', 'lte'], ids),
    oneOf('certificateNumber', ['eq', 'ne', 'in', 'notIn', 'startsWith'], numbers),
    oneOf('certificateNumber', ['isNull'], fc.boolean()),
    // Below 2021 the BIN itself, and its pseudonym from then on, as the caller sees it.
    oneOf('bin', ['eq', 'ne', 'in', 'notIn'], fc.constantFrom('000000000001', '777777000001')),
    oneOf(measure, ['isNull'], fc.boolean()),
    oneOf(measure, ['gt', 'lte'], fc.integer({ min: -3, max: 3 })),
    // Often enough that they meet each other and a negation.
    ...(own === 'items' ? Array.from({ length: 8 }, () => ofItems) : []),
    ...(own === 'lists'
      ? [
          oneOf('activityFields', ['has'], fc.constantFrom(...FIELDS)),
          oneOf('activityFields', ['isEmpty', 'isNull'], fc.boolean()),
          oneOf('isResident', ['eq', 'ne'], fc.boolean()),
          oneOf('country', ['eq', 'ne', 'notIn', 'contains'], fc.constantFrom('США', 'а')),
        ]
      : []),
  ];
  return fc.letrec<{ filter: object }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.oneof(...leaves),
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
      tie('filter').map((not) => ({ not })),
      fc.tuple(tie('filter'), tie('filter')).map(([one, other]) => ({ ...one, ...other })),
    ),
  })).filter;
}
