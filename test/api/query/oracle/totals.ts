import type { MeasureKind } from '../../../../src/api/model/grain';
import { grouped } from './grouped';
import { isQuarterly, periodOf, type Report } from './report';

/** The rules of totals, word for word, over rows in memory. All of it is slow and plain on purpose. */
export type Totals = Readonly<
  Record<MeasureKind, (group: readonly Report[], measure: string) => bigint | null>
>;

/**
 * `filtered` are all the rows that the filter leaves; `judged` the reports by which flows are judged,
 * the same rows except for a mart of items.
 */
export function totalsOver(
  filtered: readonly Report[],
  judged: readonly Report[],
  yearIsKey: boolean,
): Totals {
  return {
    ADDITIVE: ofNoReport,
    DISTINCT: ofNoReport,

    CUMULATIVE: (group, measure) =>
      added(byRequestAndYear(counting(group)).map((rows) => latest(rows, measure))),

    STOCK(group, measure) {
      const years = counting(yearIsKey ? group : filtered).map(({ year }) => year);
      const rows = counting(group).filter(({ year }) => year === Math.max(...years));
      return added(byRequestAndYear(rows).map((rows) => latest(rows, measure)));
    },

    FLOW(group, measure) {
      const counted = counting(group).filter((row) => {
        const hasQuarterly = counting(judged).some(
          (report) =>
            isQuarterly(report) &&
            report.serviceRequestId === row.serviceRequestId &&
            report.year === row.year,
        );
        return isQuarterly(row) || !hasQuarterly;
      });
      return added(counted.map((row) => row.values[measure] ?? null));
    },
  };
}

export function added(values: readonly (bigint | null)[]): bigint | null {
  const given = values.filter((value) => value !== null);
  return given.length === 0 ? null : given.reduce((sum, value) => sum + value, 0n);
}

function counting(rows: readonly Report[]): Report[] {
  return rows.filter(({ superseded }) => !superseded);
}

function byRequestAndYear(rows: readonly Report[]): Report[][] {
  return grouped(rows, ({ serviceRequestId, year }) => [`${serviceRequestId} ${year}`]).map(
    ([, part]) => part,
  );
}

function latest(rows: readonly Report[], measure: string): bigint | null {
  const given = rows.filter((row) => (row.values[measure] ?? null) !== null);
  const last = given.toSorted((one, other) => periodOf(one) - periodOf(other)).at(-1);
  return last?.values[measure] ?? null;
}

function ofNoReport(): never {
  throw new Error('Reports have no measures of this kind.');
}
