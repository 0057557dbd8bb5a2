import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';

/** A query of groups: its columns are the keys and these. */
export interface Pass {
  readonly groups: Sql;
  readonly columns: readonly string[];
}

/**
 * The groups of two passes under the same keys, with the columns of both; null where a pass has no
 * such group, and the larger value of a column that both have. Grouping, unlike a join, finds a null key equal to a null.
 */
export function broughtTogether(keys: readonly string[], one: Pass, other: Pass): Sql {
  const names = keys.map(identifier);
  const columns = [...new Set([...one.columns, ...other.columns])];
  const values = columns.map((column) => sql`max(${identifier(column)}) as ${identifier(column)}`);
  const by = names.length === 0 ? nothing : sql` group by ${joined(names, ', ')}`;
  return sql`
    select ${joined([...names, ...values], ', ')} from (
      ${within(one, names, columns)} union all ${within(other, names, columns)}
    ) as both_passes${by}`;
}

function within(pass: Pass, names: readonly Sql[], columns: readonly string[]): Sql {
  const values = columns.map((column) =>
    pass.columns.includes(column) ? identifier(column) : sql`null as ${identifier(column)}`,
  );
  return sql`select ${joined([...names, ...values], ', ')} from (${pass.groups}) as pass`;
}
