import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import type { AggregateColumn } from '../aggregates/aggregate';
import type { QueryContext } from '../columns/context';
import { filteredRows, type Grouping } from '../aggregates/groupedRows';
import { closedJudgement } from './closedJudgement';
import { filterJudgements, type Judgement } from './filteredGroups';
import { yearAmong, type GroupKey } from '../aggregates/groupKeys';
import { isJudged, judgesOf, type Judge } from './judges';
import { judgement } from './judgement';
import { broughtTogether, type Pass } from '../aggregates/passes';
import { latestYear, needsLatestYear } from '../aggregates/total';

/**
 * The groups that are not withheld, with the columns that they have: withheld by none of the groupings, all of
 * the same keys, that the answer can be compared with.
 */
export function withoutSmallGroups(
  groupings: readonly [Grouping, ...Grouping[]],
  { groups, columns }: { readonly groups: Sql; readonly columns: readonly string[] },
  context: QueryContext,
): Sql {
  if (!isJudged(groupings[0].mart, context)) return groups;
  const keys = groupings[0].keys.map(({ alias }) => alias);
  const judged = judgedGroups(groupings, context);
  const names = [...keys, ...columns].map(identifier);
  return sql`select ${joined(names, ', ')}
    from (${broughtTogether(keys, { groups, columns }, judged)}) as told
    where rows is not null and withheld = 0`;
}

/**
 * Whether the aggregate is of the latest year alone, though the group has rows of others: it tells of the
 * companies of that year, who may be far fewer.
 */
export function isOfLatestYear(
  { aggregate, measure }: AggregateColumn,
  keys: readonly GroupKey[],
): boolean {
  const isTotal = aggregate === 'total' || aggregate === 'share';
  return isTotal && needsLatestYear(measure, yearAmong(keys) !== undefined);
}

/** How many groups are withheld. */
export function withheldCount(grouping: Grouping, context: QueryContext): Sql {
  const judged = judgedGroups([grouping], context);
  // Groups of which the filter leaves no row are no groups of the answer.
  const ofAnswer = judged.columns.includes(PRESENT) ? sql` and ${PRESENT_SQL} = 1` : nothing;
  return sql`select count(*) as count from (${judged.groups}) as judged where withheld = 1${ofAnswer}`;
}

const PRESENT = 'present';
const PRESENT_SQL = identifier(PRESENT);

/** The keys of all groups, and whether each is withheld by any of the groupings, or among those of the latest year. */
function judgedGroups(groupings: readonly [Grouping, ...Grouping[]], context: QueryContext): Pass {
  const names = groupings[0].keys.map(({ alias }) => alias);
  return groupings
    .flatMap((grouping) => judgements(grouping, context))
    .reduce((one, other) => ({
      groups: broughtTogether(names, one, other),
      columns: [...new Set([...one.columns, ...other.columns])],
    }));
}

function judgements(grouping: Grouping, context: QueryContext): Pass[] {
  const { judgedBy, ...others } = grouping;
  if (judgedBy) return [judgedByOthers(grouping, { ...others, keys: judgedBy }, context)];
  return judgesOf(grouping.mart, context).flatMap((judge) =>
    judgementsBy(judge, grouping, context),
  );
}

function judgementsBy(judge: Judge, grouping: Grouping, context: QueryContext): Pass[] {
  const { keys, mart } = grouping;
  const all = filteredRows({ ...grouping, aggregates: [] }, context);
  if (!mart.rows) {
    const closed: Judgement = (of, rows) => closedJudgement(judge, of, rows);
    const names = [...keys.map(({ alias }) => identifier(alias)), sql`withheld`];
    const present = sql`select ${joined(names, ', ')}, 1 as ${PRESENT_SQL} from (${closed(keys, all)}) as judged`;
    return [
      { groups: present, columns: ['withheld', PRESENT] },
      ...filterJudgements(grouping, context, closed).map((groups) => ({
        groups,
        columns: ['withheld'],
      })),
    ];
  }
  const ofAll = judgement(judge, keys, all);
  const latest = grouping.aggregates.some((column) => isOfLatestYear(column, keys))
    ? [judgement(judge, keys, rowsOfLatestYear(all))]
    : [];
  return [ofAll, ...latest].map((groups) => ({ groups, columns: ['withheld'] }));
}

/** A group is withheld where one of those is, under the keys that its rows have themselves, which its rows are in. */
function judgedByOthers(grouping: Grouping, own: Grouping, context: QueryContext): Pass {
  const { groups: judged } = judgedGroups([own], context);
  const keys = grouping.keys.map((key) => ({ ...key, alias: `of_${key.alias}` }));
  const names = keys.map(({ alias }) => identifier(alias));
  const owns = own.keys.map(({ alias }) => identifier(alias));
  const rows = filteredRows({ ...own, keys: [...keys, ...own.keys], aggregates: [] }, context);
  const as = own.keys.map(
    ({ alias }, index) => sql`${names[index] ?? nothing} as ${identifier(alias)}`,
  );
  return {
    groups: sql`
      select ${joined(as, ', ')}, max(withheld) as withheld
      from (
        select ${joined(names, ', ')}, is_pair, max(withheld) over (partition by ${joined(owns, ', ')}) as withheld
        from (
          select distinct ${joined([...names, ...owns], ', ')}, 1 as is_pair, null::integer as withheld from (${rows}) as rows
          union all
          select ${joined([...names.map(() => sql`null`), ...owns], ', ')}, 0, withheld from (${judged}) as judged
        ) as both_keys
      ) as told
      where is_pair = 1 group by ${joined(names, ', ')}`,
    columns: ['withheld'],
  };
}

function rowsOfLatestYear(all: Sql): Sql {
  return sql`with filtered as (${all}), latest_year as (${latestYear})
    select filtered.* from filtered join latest_year using (year) where not superseded`;
}
