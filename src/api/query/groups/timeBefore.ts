import { identifier, joined, sql, type Sql } from '../../../ground/database/sql';
import type { OfRows } from '../../model/aggregates';
import { aboutAnyTime, type Condition } from '../arguments/condition';
import { aStepLaterOf } from '../columns/operand';
import { shortestStep } from '../columns/timeSteps';
import { BadInput } from '../values/badInput';
import { aggregateColumn, type AggregateColumn } from '../aggregates/aggregate';
import type { Grouping } from '../aggregates/groupedRows';
import { stepsAmong, yearAmong, type GroupKey } from '../aggregates/groupKeys';
import type { Pass } from '../aggregates/passes';

/** What the groups of an answer are compared with. */
export interface TimeBefore {
  /** The groups of the time before, whatever the filter says of the time. */
  readonly compared: Grouping<OfRows>;
  /** Their totals as `previous`, under the keys of the groups that they come before. They stand in year_before. */
  readonly told: Pass;
}

/** Throws BadInput where no key says what comes before what. */
export function timeBefore(
  grouping: Grouping,
  aggregates: readonly AggregateColumn<OfRows>[],
): TimeBefore {
  const year = yearAmong(grouping.keys);
  if (year) return yearBefore(grouping, year, aggregates);
  if (grouping.mart.time) return stepBefore(grouping, aggregates);
  throw new BadInput('previous and change compare with the year before; expected YEAR in by.');
}

/** The year is a column: what is read of a year is told under the next one. */
function yearBefore(
  { mart, keys, condition }: Grouping,
  year: GroupKey,
  aggregates: readonly AggregateColumn<OfRows>[],
): TimeBefore {
  const years = sql`select distinct ${identifier(year.alias)} - 1 from current`;
  return {
    compared: {
      mart,
      keys,
      condition: within(condition, year, years),
      aggregates,
      counts: ['rows'],
    },
    told: previousTotals(
      keys.map(({ alias }) => {
        const name = identifier(alias);
        return alias === year.alias ? sql`${name} + 1 as ${name}` : name;
      }),
      aggregates,
    ),
  };
}

/** Each row is counted at the time one step later, and so in the group that it comes before. */
function stepBefore(
  { mart, keys, condition }: Grouping,
  aggregates: readonly AggregateColumn<OfRows>[],
): TimeBefore {
  const steps = stepsAmong(keys);
  const shortest = shortestStep(steps.map(([, step]) => step));
  const found = steps.find(([, step]) => step === shortest);
  if (!shortest || !found) {
    throw new BadInput(
      'previous and change compare with the step of time before; expected YEAR, QUARTER, MONTH, WEEK or DAY in by.',
    );
  }
  const later = keys.map((key) => ({ ...key, operand: aStepLaterOf(key.operand, shortest) }));
  const key = { ...found[0], operand: aStepLaterOf(found[0].operand, shortest) };
  const times = sql`select distinct ${identifier(key.alias)} from current`;
  return {
    compared: {
      mart,
      keys: later,
      judgedBy: keys,
      condition: within(condition, key, times),
      aggregates,
      counts: ['rows'],
    },
    told: previousTotals(
      keys.map(({ alias }) => identifier(alias)),
      aggregates,
    ),
  };
}

/** Whatever the condition says of the time, it is one of these. */
function within(condition: Condition, { operand }: GroupKey, times: Sql): Condition {
  const comparison = (expression: Sql) => sql`${expression} = any(array(${times}))`;
  return { kind: 'and', of: [aboutAnyTime(condition), { kind: 'test', operand, comparison }] };
}

function previousTotals(keys: readonly Sql[], totals: readonly AggregateColumn[]): Pass {
  const columns = totals.map(({ alias, measure }) => {
    const { alias: previous } = aggregateColumn('previous', measure);
    return { previous, item: sql`${identifier(alias)} as ${identifier(previous)}` };
  });
  return {
    groups: sql`select ${joined([...keys, ...columns.map(({ item }) => item)], ', ')} from year_before`,
    columns: columns.map(({ previous }) => previous),
  };
}
