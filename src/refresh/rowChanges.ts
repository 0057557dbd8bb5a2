import type { Session } from '../database/session';

/** How many rows of a table a refresh inserted, updated and deleted. */
export interface RowChanges {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface Target {
  /** Schema-qualified, e.g. gold.financing. */
  readonly table: string;
  /** The table of the rows as they should be, with the target's columns. */
  readonly staged: string;
  /** Which of the target's rows `staged` speaks for; undefined for all. An SQL condition on `target`. */
  readonly scope: string | undefined;
}

async function columnsOf(session: Session, table: string): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}

async function keyOf(session: Session, table: string): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(
    `select attname as name from pg_index
     join pg_attribute on attrelid = indrelid and attnum = any (indkey)
     where indrelid = $1::regclass and indisprimary`,
    [table],
  );
  return rows.map(({ name }) => name);
}

const list = (names: readonly string[], alias: string) =>
  names.map((name) => `${alias}.${name}`).join(', ');

/**
 * Makes a table's rows those of `staged`, touching only rows that differ: ordinary writes, which
 * readers see with the commit and not before. The rows' keys that changed stay in the temporary
 * table `changed_NAME`, for what depends on them.
 */
export async function applyRowChanges(session: Session, target: Target): Promise<RowChanges> {
  const { table, staged, scope } = target;
  const columns = await columnsOf(session, table);
  const key = await keyOf(session, table);
  const values = columns.filter((column) => !key.includes(column));
  const changed = `changed_${table.slice(table.indexOf('.') + 1)}`;
  const sameKey = key.map((column) => `target.${column} = staged.${column}`).join(' and ');
  const assignments = values.map((column) => `${column} = staged.${column}`).join(', ');

  await session.query(
    `create temporary table ${changed} on commit drop as
     select ${list(key, 'target')} from ${table} target with no data`,
  );
  // A CTE for each step: all see the table as it was, so none sees another's writes.
  const { rows } = await session.query<Record<keyof RowChanges, string>>(
    `with
     deleted as (
       delete from ${table} target
       where ${scope ?? 'true'} and not exists (select from ${staged} staged where ${sameKey})
       returning ${list(key, 'target')}
     ),
     updated as (
       update ${table} target set ${assignments} from ${staged} staged
       where ${sameKey}
         and (${list(values, 'target')}) is distinct from (${list(values, 'staged')})
       returning ${list(key, 'target')}
     ),
     inserted as (
       insert into ${table} as target (${columns.join(', ')})
       select ${list(columns, 'staged')} from ${staged} staged
       where not exists (select from ${table} target where ${sameKey})
       returning ${list(key, 'target')}
     ),
     changed as (
       insert into ${changed}
       select * from deleted union all select * from updated union all select * from inserted
     )
     select (select count(*) from inserted) as inserted, (select count(*) from updated) as updated,
       (select count(*) from deleted) as deleted`,
  );
  const [counts] = rows;
  return {
    inserted: Number(counts?.inserted ?? 0),
    updated: Number(counts?.updated ?? 0),
    deleted: Number(counts?.deleted ?? 0),
  };
}
