import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import type { GroupKey } from '../aggregates/groupKeys';
import type { Judge } from './judges';
import { judgement, linesOf, type Line } from './judgement';
import { broughtTogether } from '../aggregates/passes';

/** Each round withholds what the one before made derivable. Few tables need more than two. */
const ROUNDS = 4;

/**
 * The judgement of groups, gone on with until no line has a single withheld group. One that is withheld beside a
 * small one in one line stands alone in another, where all others and their sum are told: so it would be known,
 * and with it the small one. Where the rounds do not end, all groups are withheld.
 */
export function closedJudgement(judge: Judge, keys: readonly GroupKey[], rows: Sql): Sql {
  const first = judgement(judge, keys, rows);
  const lines = linesOf(keys);
  if (lines.length < 2) return first;
  const names = keys.map(({ alias }) => identifier(alias));
  const all = joined(names, ', ');
  const sizes = sql`select ${all}, count(distinct ${judge.member}) as members from (${rows}) as sized group by ${all}`;
  // To count several groups' members together takes each of them along each line. With several keys those are
  // too many; then one of the withheld groups is to be no small one.
  const cells =
    keys.length > 1
      ? sql`select *, case when members < ${judge.minimum}::integer then 1 else 0 end as withheld from (${sizes}) as sizes`
      : broughtTogether(
          keys.map(({ alias }) => alias),
          { groups: first, columns: ['withheld'] },
          { groups: sizes, columns: ['members'] },
        );
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const from = roundName(round);
    return sql`${roundName(round + 1)} as (${nextRound(names, lines, judge.minimum, from)})`;
  });
  return sql`with ${roundName(0)} as (select ${all}, members, withheld, 0 as changed from (${cells}) as cells),
    ${joined(rounds, ', ')}
    select ${all}, case when max(changed) over () = 1 then 1 else withheld end as withheld
    from ${roundName(ROUNDS)}`;
}

function roundName(round: number): Sql {
  return identifier(`round_${String(round)}`);
}

/** Withholds in each line that has a withheld group the next smallest, until they are two and one is no small one. */
function nextRound(names: readonly Sql[], lines: readonly Line[], minimum: number, from: Sql): Sql {
  const ranked = lines.map((line, no) => lineColumns(names, line, no));
  const withheld = ranked.map(
    ({ some, rank, before }) =>
      sql`(${some} = 1 and (${rank} <= 2 or coalesce(${before}, 0) < ${minimum}::integer))`,
  );
  const next = sql`case when withheld = 1 or ${joined(withheld, ' or ')} then 1 else 0 end`;
  const all = joined(names, ', ');
  const columns = joined(
    ranked.map(({ columns }) => columns),
    ', ',
  );
  return sql`select ${all}, members, ${next} as withheld,
      case when ${next} > withheld then 1 else 0 end as changed
    from (select ${all}, members, withheld, ${columns} from ${from}) as ranked`;
}

function lineColumns(names: readonly Sql[], { common }: Line, no: number) {
  const line = common.length === 0 ? nothing : sql`partition by ${joined(common, ', ')}`;
  const order = sql`order by withheld desc, members, ${joined(names, ', ')}`;
  const column = (name: string) => identifier(`${name}_${String(no)}`);
  const [some, rank, before] = [column('some'), column('rank'), column('before')];
  const columns = sql`max(withheld) over (${line}) as ${some},
    row_number() over (${line} ${order}) as ${rank},
    max(members) over (${line} ${order} rows between unbounded preceding and 1 preceding) as ${before}`;
  return { some, rank, before, columns };
}
