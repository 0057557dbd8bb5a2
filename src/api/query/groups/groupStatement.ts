import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import type { Measure } from '../../model/mart';
import { type Comparing, type OfRows } from '../../model/aggregates';
import {
  aggregateColumn,
  isComparing,
  isOfRows,
  uniqueColumns,
  type AggregateColumn,
} from '../aggregates/aggregate';
import { aboutAnyTime } from '../arguments/condition';
import type { QueryContext } from '../columns/context';
import type { Grouping } from '../aggregates/groupedRows';
import { broughtTogether } from '../aggregates/passes';
import { groupsInBrief } from '../rollups/rollup';
import { withoutSmallGroups } from '../smallGroups/smallGroups';
import { timeBefore } from './timeBefore';

/**
 * The common table expressions that end in `groups`: a row a group, with its keys, counts and
 * aggregates. What a total is compared with is a grouping of its own: of other rows, or by no key.
 */
export function groupStatement(grouping: Grouping, context: QueryContext): Sql {
  const ofRows = grouping.aggregates.filter(isOfRows);
  const comparing = grouping.aggregates.filter(isComparing);
  if (comparing.length === 0) {
    return sql`with groups as (${toldGroups({ ...grouping, aggregates: ofRows }, context)})`;
  }
  const measuresOf = (...aggregates: readonly Comparing[]) =>
    comparing.flatMap(({ aggregate, measure }) => (aggregates.includes(aggregate) ? measure : []));
  const before = totalsOf(measuresOf('previous', 'change'));
  const whole = totalsOf(measuresOf('share'));
  const current: Grouping<OfRows> = {
    ...grouping,
    aggregates: uniqueColumns([...ofRows, ...totalsOf(measuresOf('change', 'share'))]),
  };

  const parts = [sql`current as (${toldGroups(current, context)})`];
  let groups = sql`select * from current`;
  if (before.length > 0) {
    const { compared, told } = timeBefore(grouping, before);
    // A group is small, or gives one away, among those of all times as well as among those of the answer.
    const { keys, judgedBy } = compared;
    const ofAllTimes = { ...compared, condition: aboutAnyTime(grouping.condition) };
    const ofAnswer = { ...grouping, keys, ...(judgedBy && { judgedBy }) };
    const judgedAmong = [ofAllTimes, ofAnswer] as const;
    parts.push(sql`year_before as (${toldGroups(compared, context, judgedAmong)})`);
    groups = broughtTogether(
      grouping.keys.map(({ alias }) => alias),
      { groups, columns: [...current.counts, ...current.aggregates.map(({ alias }) => alias)] },
      told,
    );
  }
  if (whole.length > 0) {
    const all: Grouping<OfRows> = { ...grouping, keys: [], counts: ['rows'], aggregates: whole };
    // A total and its share reveal the whole, so the whole is judged as if it were requested.
    parts.push(sql`whole as (${toldGroups(all, context)})`);
  }
  const columns = [
    ...[...grouping.keys, ...ofRows].map(({ alias }) => identifier(`own.${alias}`)),
    ...grouping.counts.map((count) => identifier(`own.${count}`)),
    ...comparing.map((column) => sql`${comparingSql(column)} as ${identifier(column.alias)}`),
  ];
  // Only the time before has rows where the group itself has none, and then it is no group.
  parts.push(sql`groups as (
    select ${joined(columns, ', ')} from (${groups}) as own${whole.length > 0 ? sql` left join whole on true` : nothing}
    where own.rows is not null)`);
  return sql`with ${joined(parts, ', ')}`;
}

/** The groups that the caller may know of. */
function toldGroups(
  grouping: Grouping<OfRows>,
  context: QueryContext,
  judgedAmong: readonly [Grouping, ...Grouping[]] = [grouping],
): Sql {
  const columns = [...grouping.counts, ...grouping.aggregates.map(({ alias }) => alias)];
  const groups = groupsInBrief(grouping, context);
  return withoutSmallGroups(judgedAmong, { groups, columns }, context);
}

function comparingSql({ aggregate, measure }: AggregateColumn<Comparing>): Sql {
  const total = identifier(`own.${aggregateColumn('total', measure).alias}`);
  const previous = identifier(`own.${aggregateColumn('previous', measure).alias}`);
  switch (aggregate) {
    case 'previous':
      return previous;
    case 'change':
      return sql`${total} - ${previous}`;
    case 'share': {
      const whole = identifier(`whole.${aggregateColumn('total', measure).alias}`);
      // A quotient has at least the decimals of what is divided. With 40 of them none is so large, or
      // so near to a half, that rounding twice would tell.
      return sql`round(round(${total}, 40) / nullif(${whole}, 0), 6)`;
    }
  }
}

function totalsOf(measures: readonly Measure[]): AggregateColumn<'total'>[] {
  return uniqueColumns(measures.map((measure) => aggregateColumn('total', measure)));
}
