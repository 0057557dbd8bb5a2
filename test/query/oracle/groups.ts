import type { Mart, Measure } from '../../../src/model/mart';
import type { AggregateValues, Group } from '../../../src/query/groups';
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

/** All groups with all their aggregates, by the plain reading of the rules. */
export function groupsOf(
  mart: Mart,
  keys: readonly OracleKey[],
  filtered: readonly Report[],
  judged: readonly Report[],
): Group[] {
  const yearIsKey = keys.some(({ name }) => name === 'YEAR');
  const totals = totalsOver(filtered, judged, yearIsKey);
  const parts = grouped(filtered, (row) =>
    combinations(keys.map(({ valuesOf }) => valuesOf(row))).map((key) => JSON.stringify(key)),
  );
  if (keys.length === 0 && parts.length === 0) parts.push(['[]', []]);
  return parts.map(([key, rows]) => {
    const values = JSON.parse(key) as KeyValue[];
    const aggregate = (of: (measure: Measure) => string | number | null): AggregateValues =>
      Object.fromEntries(mart.measures.map((measure) => [measure.field, of(measure)]));
    const given = ({ field }: Measure) =>
      rows.map((row) => row.values[field] ?? null).filter((value) => value !== null);
    return {
      key: Object.fromEntries(keys.map(({ field }, index) => [field, values[index] ?? null])),
      rows: rows.length,
      companies: new Set(rows.map((row) => row.companyId ?? `r${row.serviceRequestId}`)).size,
      participations: new Set(rows.map((row) => row.serviceRequestId)).size,
      total: aggregate((measure) => shown(measure, totals[measure.kind](rows, measure.field))),
      sum: aggregate((measure) => shown(measure, added(given(measure)))),
      min: aggregate((measure) => shown(measure, least(given(measure)))),
      max: aggregate((measure) => shown(measure, greatest(given(measure)))),
      count: aggregate((measure) => given(measure).length),
      avg: aggregate((measure) => average(measure, given(measure))),
    };
  });
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
