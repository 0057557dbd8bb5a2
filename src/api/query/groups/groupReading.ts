import { identifier, joined, sql, type Sql } from '../../../ground/database/sql';
import { type Aggregate, type Count } from '../../model/aggregates';
import { aggregateType, type AggregateColumn } from '../aggregates/aggregate';
import type { GroupKey } from '../aggregates/groupKeys';
import type { Grouping } from '../aggregates/groupedRows';
import { shownByCaller, shownSql } from '../values/shownValue';

/** Amounts are exact strings with two decimals; counts, and sums of counts, are numbers. */
export type AggregateValues = Readonly<Record<string, string | number | null>>;

/** One group; of aggregates and counts, those asked for. */
export interface Group
  extends
    Readonly<Partial<Record<Aggregate, AggregateValues>>>,
    Readonly<Partial<Record<Count, number>>> {
  /** By the group field of each dimension of `by`, e.g. {year: 2024, reportType: 'YEARLY'}. */
  readonly key: Readonly<Record<string, string | number | boolean | null>>;
}

type Value = string | number | boolean | null;
/** A row of the statement, by its columns' names. */
export type RawGroup = Record<string, Value>;

/** The columns that the statement selects of its groups. */
export function groupColumns({ keys, counts, aggregates }: Grouping): Sql {
  const shownKeys = keys.map(({ alias, operand }) => {
    const name = identifier(alias);
    return sql`${shownSql(operand.type, name)} as ${name}`;
  });
  const names = [...counts, ...aggregates.map(({ alias }) => alias)].map(identifier);
  return joined([...shownKeys, ...names], ', ');
}

/** Puts the values of a raw group into the forms that the caller sees, in place. */
export function restated(raw: RawGroup, { keys, counts, aggregates }: Grouping): RawGroup {
  for (const { alias, operand } of keys) {
    raw[alias] = shownByCaller(operand.type, raw[alias]) as Value;
  }
  const whole = aggregates.filter((column) => aggregateType(column) === 'BigInt');
  for (const name of [...counts, ...whole.map(({ alias }) => alias)]) {
    const value = raw[name];
    // Of more than 53 bits a number would lose some.
    if (typeof value === 'string' && Number.isSafeInteger(Number(value))) raw[name] = Number(value);
  }
  return raw;
}

/** The group as the caller asked for it, without what only the order needed. */
export function groupOf(
  raw: RawGroup,
  keys: readonly GroupKey[],
  counts: readonly Count[],
  aggregates: readonly AggregateColumn[],
): Group {
  const group: Record<string, unknown> = {
    key: Object.fromEntries(keys.map(({ field, alias }) => [field, raw[alias]])),
  };
  for (const count of counts) group[count] = raw[count];
  for (const { aggregate, measure, alias } of aggregates) {
    const values = (group[aggregate] ??= {}) as Record<string, unknown>;
    values[measure.field] = raw[alias];
  }
  return group as unknown as Group;
}
