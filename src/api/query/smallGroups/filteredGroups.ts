import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import { operandsIn, type Condition } from '../arguments/condition';
import type { QueryContext } from '../columns/context';
import { filteredRows, type Grouping } from '../aggregates/groupedRows';
import type { GroupKey } from '../aggregates/groupKeys';
import { broughtTogether } from '../aggregates/passes';

/** Says of rows, by their keys, which groups of them are withheld: keys, and `withheld` as 1 or 0. */
export type Judgement = (keys: readonly GroupKey[], rows: Sql) => Sql;

const EVERY_ROW: Condition = { kind: 'and', of: [] };

/**
 * Judgements by which a filter tells nothing that groups without a filter do not tell: two answers with other
 * filters could be subtracted, and what is left be of a single subject.
 *
 * What a filter asks of a row is a key, too. In the table by all these keys, without a filter, some groups are
 * withheld. A filtered group is told where the rows that the filter takes are of told ones alone, and so add
 * up from these; or where those that it leaves out are, and so the group is what the unfiltered group is less
 * these. Where it parts the withheld ones, the group is withheld.
 */
export function filterJudgements(
  grouping: Grouping,
  context: QueryContext,
  judgement: Judgement,
): Sql[] {
  const { keys, condition } = grouping;
  if (operandsIn(condition).length === 0) return [];
  const asked = askedKeys(condition, keys);
  const all = [...keys, ...asked];
  const unfiltered = { ...grouping, condition: EVERY_ROW, aggregates: [] };
  const rows = filteredRows({ ...unfiltered, keys: all }, context, condition);
  const names = all.map(({ alias }) => identifier(alias));
  const taken = sql`select ${joined(names, ', ')}, max(taken) as taken from (${rows}) as marked group by ${joined(names, ', ')}`;
  const cells = broughtTogether(
    all.map(({ alias }) => alias),
    { groups: judgement(all, rows), columns: ['withheld'] },
    { groups: taken, columns: ['taken'] },
  );
  const own = keys.map(({ alias }) => identifier(alias));
  const by = own.length === 0 ? nothing : sql` group by ${joined(own, ', ')}`;
  const parted = sql`
    select ${joined([...own, sql`case when max(withheld * taken) = 1 and max(withheld * (1 - taken)) = 1 then 1 else 0 end as withheld`], ', ')}
    from (${cells}) as cells${by}`;
  return [parted, judgement(keys, filteredRows({ ...unfiltered, keys }, context))];
}

/** What the condition asks of and the groups do not bear, each once, as keys of their own. */
function askedKeys(condition: Condition, keys: readonly GroupKey[]): GroupKey[] {
  const operands = new Map(operandsIn(condition).map((operand) => [operand.name, operand]));
  for (const { operand } of keys) operands.delete(operand.name);
  return [...operands.values()].map((operand, index) => ({
    name: operand.name,
    field: operand.name,
    alias: `asked_${String(index)}`,
    operand,
  }));
}
