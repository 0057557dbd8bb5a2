import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import { countSql, type AggregateColumn } from './aggregate';
import type { QueryContext } from '../columns/context';
import { filteredRows, type Grouping } from './groupedRows';
import { yearAmong, type GroupKey } from './groupKeys';
import { broughtTogether, type Pass } from './passes';
import { latestYear, needsLatestYear } from './total';

/** How many companies a group must have for this caller to see it; 0 where every group is seen. */
export function minCompanies({ viewer, minGroupCompanies = 0 }: QueryContext): number {
  return viewer.rights.has('bin:read') ? 0 : minGroupCompanies;
}

/**
 * The groups that are not withheld, with the columns that they have: withheld by none of the groupings, all of
 * the same keys, that the answer can be compared with.
 */
export function withoutSmallGroups(
  groupings: readonly [Grouping, ...Grouping[]],
  { groups, columns }: { readonly groups: Sql; readonly columns: readonly string[] },
  context: QueryContext,
): Sql {
  if (minCompanies(context) === 0) return groups;
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
  return sql`select count(*) as count from (${judgedGroups([grouping], context).groups}) as judged where withheld = 1`;
}

/** The keys of all groups, and whether each is withheld by any of the groupings, or among those of the latest year. */
function judgedGroups(groupings: readonly [Grouping, ...Grouping[]], context: QueryContext): Pass {
  const names = groupings[0].keys.map(({ alias }) => alias);
  return groupings
    .flatMap((grouping) => judgements(grouping, context))
    .map((groups): Pass => ({ groups, columns: ['withheld'] }))
    .reduce((one, other) => ({
      groups: broughtTogether(names, one, other),
      columns: ['withheld'],
    }));
}

function judgements({ keys, ...grouping }: Grouping, context: QueryContext): Sql[] {
  const all = filteredRows({ ...grouping, keys, aggregates: [] }, context);
  const latest = grouping.aggregates.some((column) => isOfLatestYear(column, keys))
    ? [rowsOfLatestYear(all)]
    : [];
  return [all, ...latest].map((rows) => judgement(keys, rows, context));
}

function rowsOfLatestYear(all: Sql): Sql {
  return sql`with filtered as (${all}), latest_year as (${latestYear})
    select filtered.* from filtered join latest_year using (year) where not superseded`;
}

/**
 * The keys of all groups of the rows, and whether each is withheld. A group of too few companies is; and since the
 * others would give it away, less from their sum, so are the next smallest of those that share all other
 * keys with it, until those withheld are at least two and have companies enough together.
 */
function judgement(groupKeys: readonly GroupKey[], rows: Sql, context: QueryContext): Sql {
  const minimum = minCompanies(context);
  const filtered = sql`with filtered as (${rows})`;
  const names = groupKeys.map(({ alias }) => identifier(alias));
  if (names.length === 0) {
    return sql`${filtered}
      select case when ${countSql('companies')} < ${minimum}::integer then 1 else 0 end as withheld from filtered`;
  }
  const keys = joined(names, ', ');
  // A row without a company stands for the company of its service request.
  const company = sql`case when company_id is null then -1 - service_request_id::bigint else company_id end`;
  const along = names.map((_, index) => alongKey(names, index, minimum));
  const each = (of: (one: AlongKey) => Sql, between = ', ') => joined(along.map(of), between);
  return sql`${filtered},
    members as (select distinct ${keys}, ${company} as company from filtered),
    sized as (select *, count(*) over (partition by ${keys}) as companies from members),
    ranked as (select *, ${each(({ rank }) => rank)} from sized),
    met as (select *, ${each(({ first }) => first)} from ranked),
    counted as (
      select ${keys}, min(companies) as companies, ${each(({ added }) => added)} from met group by ${keys}),
    beside as (select *, ${each(({ before }) => before)} from counted)
    select ${keys},
      case when ${each(({ withheld }) => withheld, ' or ')} then 1 else 0 end as withheld
    from beside`;
}

/** The groups that differ in one key alone, smallest first: their columns, stage by stage. */
interface AlongKey {
  readonly rank: Sql;
  /** The rank of the first group that has the company. */
  readonly first: Sql;
  /** Companies that no group before has. */
  readonly added: Sql;
  /** Companies of all groups before together, and those of the smallest group. */
  readonly before: Sql;
  readonly withheld: Sql;
}

function alongKey(names: readonly Sql[], index: number, minimum: number): AlongKey {
  const others = names.filter((_, other) => other !== index);
  const partition = others.length === 0 ? nothing : sql`partition by ${joined(others, ', ')}`;
  const within = joined([...others, sql`company`], ', ');
  const column = (name: string) => identifier(`${name}_${String(index)}`);
  const [rank, first, added] = [column('rank'), column('first'), column('added')];
  const [before, smallest] = [column('before'), column('smallest')];
  return {
    rank: sql`dense_rank() over (${partition} order by companies, ${joined(names, ', ')}) as ${rank}`,
    first: sql`min(${rank}) over (partition by ${within}) as ${first}`,
    added: sql`min(${rank}) as ${rank}, count(*) filter (where ${rank} = ${first}) as ${added}`,
    before: sql`
      coalesce(sum(${added}) over (
        ${partition} order by ${rank} rows between unbounded preceding and 1 preceding), 0) as ${before},
      min(companies) over (${partition}) as ${smallest}`,
    withheld: sql`(${smallest} < ${minimum}::integer
      and (companies < ${minimum}::integer or ${rank} <= 2 or ${before} < ${minimum}::integer))`,
  };
}
