import { decimal } from '../api/query/oracle/decimal';

/** A signed report of the small dump as the fixture writes it down. */
export interface PlainReport {
  readonly report_id: number;
  readonly service_request_id: number;
  readonly year: number;
  readonly report_type: string;
  readonly bin: string | null;
  readonly superseded: boolean;
  readonly certificate: { readonly number: string | null; readonly conflicting: boolean } | null;
  readonly loan_funds: string | null;
  readonly export_income: string | null;
  readonly export_by_country: readonly { readonly export_income: string }[];
}

/** What docs/quality.md says of a year's figures, read report by report. */
export function plainYear(year: number, all: readonly PlainReport[]) {
  const reports = all.filter((report) => report.year === year);
  const standing = reports.filter(({ superseded }) => !superseded);
  const requests = [...groupedBy(standing, ({ service_request_id }) => service_request_id)];
  const some = requests.filter((of) => quarters(of).length > 0 && quarters(of).length < 4);
  const aside = some.filter((of) => of.some(isYearly));
  const exports = requests.map((of) => ({ total: latestExport(of), byCountry: countries(of) }));
  const both = exports.filter(({ total, byCountry }) => total !== null && byCountry !== null);
  return {
    financing: {
      year,
      rows: reports.length,
      binMissing: reports.filter(({ bin }) => bin === null).length,
      binMaskedAtSource: reports.filter(({ bin }) => bin?.startsWith('777777')).length,
      binWrongCheckDigit: reports.filter(({ bin }) => bin !== null && isWrong(bin)).length,
      superseded: reports.length - standing.length,
      certificate: {
        missing: reports.filter(({ certificate }) => !certificate?.number).length,
        conflicting: reports.filter(({ certificate }) => certificate?.conflicting).length,
      },
      coverage: {
        participations: requests.length,
        someQuarters: some.length,
        yearlyLeftAside: aside.length,
        loanFunds: {
          yearly: added(aside.flat().filter(isYearly), ({ loan_funds }) => loan_funds),
          quarterly: added(aside.flatMap(quarters), ({ loan_funds }) => loan_funds),
        },
      },
    },
    exports: {
      equal: both.filter(({ total, byCountry }) => total === byCountry).length,
      different: both.filter(({ total, byCountry }) => total !== byCountry).length,
      withoutCountry: exports.filter(({ total, byCountry }) => total && byCountry === null).length,
      withoutTotal: exports.filter(({ total, byCountry }) => total === null && byCountry !== null)
        .length,
    },
  };
}

const isYearly = ({ report_type }: PlainReport) => report_type === 'yearly';
const quarters = (reports: readonly PlainReport[]) => reports.filter((report) => !isYearly(report));

function groupedBy<Item>(items: readonly Item[], key: (item: Item) => unknown): Iterable<Item[]> {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups.values();
}

/** The value of the latest period that has one, in tiyn. */
function latestExport(reports: readonly PlainReport[]): bigint | null {
  const latest = reports
    .toSorted((one, other) => (one.report_type < other.report_type ? 1 : -1))
    .find(({ export_income }) => export_income !== null);
  return latest ? tiyn(latest.export_income ?? '') : null;
}

/** The items of the quarters, or of the yearly report where there is no quarter. */
function countries(reports: readonly PlainReport[]): bigint | null {
  const counting = quarters(reports).length > 0 ? quarters(reports) : reports;
  const items = counting.flatMap(({ export_by_country }) => export_by_country);
  if (items.length === 0) return null;
  return items.reduce((sum, { export_income }) => sum + tiyn(export_income), 0n);
}

function added(
  reports: readonly PlainReport[],
  value: (report: PlainReport) => string | null,
): string | null {
  const given = reports.map(value).filter((text) => text !== null);
  if (given.length === 0) return null;
  return decimal(given.reduce((total, text) => total + tiyn(text), 0n));
}

function tiyn(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

/** The twelfth digit is the weighted sum of the others modulo 11; where that is 10, by other weights. */
function isWrong(bin: string): boolean {
  if (bin.startsWith('777777')) return false;
  const digits = [...bin].map(Number);
  const sum = (weights: readonly number[]) =>
    weights.reduce((total, weight, index) => total + weight * (digits[index] ?? 0), 0) % 11;
  const first = sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const control = first === 10 ? sum([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) : first;
  return control !== digits[11];
}
