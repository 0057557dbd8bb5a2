import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import type { TimeStep } from '../../model/grain';
import { determines, stepsAround } from '../columns/timeSteps';
import type { GroupKey } from '../aggregates/groupKeys';
import type { Judge } from './judges';

/**
 * The keys of all groups of the rows, and whether each is withheld. A group of too few companies is, or of too few
 * others by whom it is judged; and since the others would give it away, less from their sum, so are the next
 * smallest of those that share all other keys with it, until those withheld are at least two and have companies
 * enough together.
 */
export function judgement(
  { minimum, member, count }: Judge,
  groupKeys: readonly GroupKey[],
  rows: Sql,
): Sql {
  const filtered = sql`with filtered as (${rows})`;
  const names = groupKeys.map(({ alias }) => identifier(alias));
  if (names.length === 0) {
    return sql`${filtered}
      select case when ${count} < ${minimum}::integer then 1 else 0 end as withheld from filtered`;
  }
  const keys = joined(names, ', ');
  const along = linesOf(groupKeys).map((line, no) => alongKey(names, line, no, minimum));
  const each = (of: (one: AlongKey) => Sql, between = ', ') => joined(along.map(of), between);
  return sql`${filtered},
    members as (select distinct ${keys}, ${member} as company from filtered),
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

/** Groups that differ in one key alone: all of them, or those within one longer step of time. */
export interface Line {
  /** The keys that the groups have in common, as expressions. */
  readonly common: readonly Sql[];
}

export function linesOf(keys: readonly GroupKey[]): Line[] {
  return keys.flatMap((key): Line[] => {
    const step = stepOfKey(key);
    const others = keys.filter((other) => {
      const theirs = stepOfKey(other);
      // A month stands still only where the day does.
      return other !== key && !(step && theirs && determines(step, theirs));
    });
    const common = others.map(({ alias }) => identifier(alias));
    const longer = step ? stepsAround(step, identifier(key.alias)) : [];
    return [{ common }, ...longer.map((around) => ({ common: [...common, around] }))];
  });
}

function stepOfKey({ operand: { place } }: GroupKey): TimeStep | undefined {
  return place.of === 'step' ? place.step : undefined;
}

function alongKey(names: readonly Sql[], { common }: Line, no: number, minimum: number): AlongKey {
  const partition = common.length === 0 ? nothing : sql`partition by ${joined(common, ', ')}`;
  const within = joined([...common, sql`company`], ', ');
  const column = (name: string) => identifier(`${name}_${String(no)}`);
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
