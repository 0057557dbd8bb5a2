import type { Session } from '../../ground/database/session';
import { shapeOf } from '../refresh/record/rowChanges';

/** A row that a rebuild has and the table has not, the other way round, or one with other values. */
export type DifferenceKind = 'MISSING' | 'SURPLUS' | 'CHANGED';

/** Rows of a table that differ from a rebuild. Columns are named; no value is, since it could be personal. */
export interface Difference {
  readonly table: string;
  readonly kind: DifferenceKind;
  readonly rows: number;
  /** The columns in which changed rows differ. */
  readonly columns: readonly string[];
  /** The keys of some of them. */
  readonly keys: readonly Readonly<Record<string, string | number>>[];
}

export interface Comparison {
  /** Rows that the rebuild has. */
  readonly compared: number;
  readonly differences: readonly Difference[];
}

const EXAMPLES = 5;

/**
 * Compares a table's rows in a scope, an SQL condition on its columns, with those of `staged`, which has
 * them as they should be. Reads only.
 */
export async function compareRows(
  session: Session,
  {
    table,
    staged,
    scope,
  }: { readonly table: string; readonly staged: string; readonly scope: string },
): Promise<Comparison> {
  const { columns, key } = await shapeOf(session, table);
  const values = columns.filter((column) => !key.includes(column));
  const differs = (column: string) => `target.${column} is distinct from staged.${column}`;
  const names = values.map((column) => `case when ${differs(column)} then '${column}' end`);
  const anyDiffers = values.length === 0 ? 'false' : values.map(differs).join(' or ');
  const [first] = key;
  const { rows } = await session.query<{
    compared: string;
    found: readonly Omit<Difference, 'table'>[] | null;
  }>(
    `with
     target as (select * from ${table} where ${scope}),
     staged as (select * from ${staged} where ${scope}),
     different as (
       select json_build_object(${key.map((name) => `'${name}', ${name}`).join(', ')}) as key,
         case when target.${first} is null then 'MISSING' when staged.${first} is null then 'SURPLUS'
           else 'CHANGED' end as kind,
         array_remove(array[${names.join(', ')}]::text[], null) as columns
       from target full join staged using (${key.join(', ')})
       where target.${first} is null or staged.${first} is null or ${anyDiffers}
     ),
     kinds as (
       select kind, count(*) as rows,
         coalesce(
           (select json_agg(distinct name) from different of_kind cross join unnest(of_kind.columns) as name
            where of_kind.kind = different.kind and kind = 'CHANGED'), '[]'
         ) as columns,
         (select json_agg(key) from (
            select key from different of_kind where of_kind.kind = different.kind limit ${EXAMPLES}
          ) few) as keys
       from different group by kind
     )
     select (select count(*) from staged) as compared, (select json_agg(kinds) from kinds) as found`,
  );
  const [result] = rows;
  const found = result?.found ?? [];
  return {
    compared: Number(result?.compared ?? 0),
    differences: found.map((difference) => ({ table, ...difference })),
  };
}
