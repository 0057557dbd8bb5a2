import type { Mart, Measure } from '../../../../src/api/model/mart';
import type { AggregateValues, Group } from '../../../../src/api/query/groups/groups';
import { decimal, divided } from './decimal';
import { grouped } from './grouped';
import type { Report } from './report';
import { added, totalsOver } from './totals';

type KeyValue = string | number | boolean | null;

/** A dimension: its name, its field in a key, and the values under which a row stands. */
export interface OracleKey {
  readonly name: string;
  readonly field: string;
  readonly valuesOf: (row: Report) => readonly KeyValue[];
}

/** Rows of a mart, and the reports by which their flows are judged. */
export interface Judged {
  readonly rows: readonly Report[];
  readonly reports: readonly Report[];
}

/**
 * All groups with all their aggregates, by the plain reading of the rules: of what the filter leaves,
 * and with what it leaves where nothing is known of the year.
 */
export function groupsOf(
  mart: Mart,
  keys: readonly OracleKey[],
  filtered: Judged,
  ofAnyYear: Judged,
): Group[] {
  const yearAt = keys.findIndex(({ name }) => name === 'YEAR');
  const yearIsKey = yearAt !== -1;
  const totals = totalsOver(filtered.rows, filtered.reports, yearIsKey);
  const whole = totalsOver(filtered.rows, filtered.reports, false);
  const past = totalsOver(ofAnyYear.rows, ofAnyYear.reports, yearIsKey);
  const parts = grouped(filtered.rows, (row) => keyTexts(keys, row));
  const pastParts = new Map(grouped(ofAnyYear.rows, (row) => keyTexts(keys, row)));
  if (keys.length === 0 && parts.length === 0) parts.push(['[]', []]);
  return parts.map(([key, rows]) => {
    const values = JSON.parse(key) as KeyValue[];
    const aggregate = (of: (measure: Measure) => string | number | null): AggregateValues =>
      Object.fromEntries(mart.measures.map((measure) => [measure.field, of(measure)]));
    const given = ({ field }: Measure) =>
      rows.map((row) => row.values[field] ?? null).filter((value) => value !== null);
    const total = ({ kind, field }: Measure) => totals[kind](rows, field);
    const before = values.map((value, index) => (index === yearAt ? Number(value) - 1 : value));
    const pastRows = pastParts.get(JSON.stringify(before)) ?? [];
    const previous = ({ kind, field }: Measure) => past[kind](pastRows, field);
    return {
      key: Object.fromEntries(keys.map(({ field }, index) => [field, values[index] ?? null])),
      rows: rows.length,
      companies: new Set(rows.map((row) => row.companyId ?? `r${row.serviceRequestId}`)).size,
      participations: new Set(rows.map((row) => row.serviceRequestId)).size,
      total: aggregate((measure) => shown(measure, total(measure))),
      sum: aggregate((measure) => shown(measure, added(given(measure)))),
      min: aggregate((measure) => shown(measure, least(given(measure)))),
      max: aggregate((measure) => shown(measure, greatest(given(measure)))),
      count: aggregate((measure) => given(measure).length),
      avg: aggregate((measure) => average(measure, given(measure))),
      share: aggregate((measure) =>
        share(total(measure), whole[measure.kind](filtered.rows, measure.field)),
      ),
      ...(yearIsKey && {
        previous: aggregate((measure) => shown(measure, previous(measure))),
        change: aggregate((measure) => shown(measure, less(total(measure), previous(measure)))),
      }),
    };
  });
}

function keyTexts(keys: readonly OracleKey[], row: Report): string[] {
  const values = keys.map(({ valuesOf }) => valuesOf(row));
  return combinations(values).map((key) => JSON.stringify(key));
}

function combinations(values: readonly (readonly KeyValue[])[]): KeyValue[][] {
  return values.reduce<KeyValue[][]>(
    (keys, next) => keys.flatMap((key) => next.map((value) => [...key, value])),
    [[]],
  );
}

function shown({ type }: Measure, value: bigint | null): string | number | null {
  if (value === null) return null;
  return type === 'Int' ? Number(value) : decimal(value);
}

function average({ type }: Measure, values: readonly bigint[]): string | null {
  const sum = added(values);
  if (sum === null) return null;
  const hundredths = type === 'Int' ? sum * 100n : sum;
  return decimal(divided(hundredths, BigInt(values.length)));
}

function share(total: bigint | null, whole: bigint | null): string | null {
  if (total === null || whole === null || whole === 0n) return null;
  return decimal(divided(total * 1_000_000n, whole), 6);
}

function less(total: bigint | null, previous: bigint | null): bigint | null {
  return total === null || previous === null ? null : total - previous;
}

function least(values: readonly bigint[]): bigint | null {
  return values.reduce<bigint | null>(
    (best, value) => (best === null || value < best ? value : best),
    null,
  );
}

function greatest(values: readonly bigint[]): bigint | null {
  return values.reduce<bigint | null>(
    (best, value) => (best === null || value > best ? value : best),
    null,
  );
}
