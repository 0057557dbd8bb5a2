import { identifier, joined, nothing, sql, type Sql } from '../database/sql';
import { countSql } from './aggregate';
import type { QueryContext } from './context';
import { filteredRows, type Grouping } from './groupedRows';
import { broughtTogether } from './passes';

/** How many companies a group must have for this caller to see it; 0 where every group is seen. */
export function fewestCompanies({ viewer, minGroupCompanies = 0 }: QueryContext): number {
  return viewer.rights.has('bin:read') ? 0 : minGroupCompanies;
}

/** The groups that are not withheld, with the columns that they have. */
export function withoutSmallGroups(
  grouping: Grouping,
  { groups, columns }: { readonly groups: Sql; readonly columns: readonly string[] },
  context: QueryContext,
): Sql {
  if (fewestCompanies(context) === 0) return groups;
  const keys = grouping.keys.map(({ alias }) => alias);
  const judged = { groups: judgedGroups(grouping, context), columns: ['withheld'] };
  const names = [...keys, ...columns].map(identifier);
  return sql`select ${joined(names, ', ')}
    from (${broughtTogether(keys, { groups, columns }, judged)}) as told
    where rows is not null and withheld = 0`;
}

/** How many groups are withheld. */
export function withheldCount(grouping: Grouping, context: QueryContext): Sql {
  return sql`select count(*) as count from (${judgedGroups(grouping, context)}) as judged where withheld = 1`;
}

/**
 * The keys of all groups, and whether each is withheld. A group of too few companies is; and since the
 * others would give it away, less from their sum, so are the next smallest of those that share all other
 * keys with it, until those withheld are at least two and have companies enough together.
 */
function judgedGroups(grouping: Grouping, context: QueryContext): Sql {
  const fewest = fewestCompanies(context);
  const filtered = sql`with filtered as (${filteredRows({ ...grouping, aggregates: [] }, context)})`;
  const names = grouping.keys.map(({ alias }) => identifier(alias));
  if (names.length === 0) {
    return sql`${filtered}
      select case when ${countSql('companies')} < ${fewest}::integer then 1 else 0 end as withheld from filtered`;
  }
  const keys = joined(names, ', ');
  // A row without a company stands for the company of its service request.
  const company = sql`case when company_id is null then -1 - service_request_id::bigint else company_id end`;
  const along = names.map((_, index) => alongKey(names, index, fewest));
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

function alongKey(names: readonly Sql[], index: number, fewest: number): AlongKey {
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
    withheld: sql`(${smallest} < ${fewest}::integer
      and (companies < ${fewest}::integer or ${rank} <= 2 or ${before} < ${fewest}::integer))`,
  };
}
