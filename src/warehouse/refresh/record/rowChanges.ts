import { CHANGED_AT } from '../../../ground/database/changedAt';
import type { Session } from '../../../ground/database/session';
import type { RowKey } from '../../gates/judgement';

const GONE_EXAMPLES = 5;

/** How many rows of a table a refresh inserted, updated and deleted. */
export interface RowChanges {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** What became of a table: how many rows were read anew, what they changed, and some keys that went. */
export interface AppliedRows extends RowChanges {
  readonly read: number;
  readonly gone: readonly RowKey[];
  /** The requests of which some row changed, where their rows were to be kept as they were. */
  readonly requests: readonly number[];
}

export interface Target {
  /** Schema-qualified, e.g. gold.financing. */
  readonly table: string;
  /** The table of the rows as they should be, with the target's columns. */
  readonly staged: string;
  /** Which of the target's rows `staged` speaks for; undefined for all. An SQL condition on `target`. */
  readonly scope: string | undefined;
  /** A temporary table to make, of the keys that changed, for what depends on them. */
  readonly changedKeys?: string;
  /** A temporary table to make, of the rows as they were of each request of which some row changed. */
  readonly rowsBefore?: string;
}

export interface Shape {
  /** Those that a SELECT gives: generated ones are PostgreSQL's own affair. */
  readonly columns: readonly string[];
  /** Whether rows bear when they changed last, by a default. */
  readonly dated: boolean;
  readonly key: readonly string[];
}

/** By table; migrations end before a refresh begins, so a shape holds as long as the process. */
const shapes = new Map<string, Shape>();

export async function shapeOf(session: Session, table: string): Promise<Shape> {
  const known = shapes.get(table);
  if (known !== undefined) return known;
  const { rows } = await session.query<{ name: string; in_key: boolean }>(
    `select attname as name, coalesce(attnum = any (indkey), false) as in_key
     from pg_attribute left join pg_index on indrelid = attrelid and indisprimary
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     order by attnum`,
    [table],
  );
  const shape = {
    columns: rows.map(({ name }) => name).filter((name) => name !== CHANGED_AT),
    dated: rows.some(({ name }) => name === CHANGED_AT),
    key: rows.filter(({ in_key }) => in_key).map(({ name }) => name),
  };
  shapes.set(table, shape);
  return shape;
}

/** The columns of a table's primary key. */
export async function keyOf(session: Session, table: string): Promise<readonly string[]> {
  return (await shapeOf(session, table)).key;
}

const list = (names: readonly string[], alias: string) =>
  names.map((name) => `${alias}.${name}`).join(', ');

/**
 * Makes a table's rows those of `staged`, touching only rows that differ: ordinary writes, which
 * readers see with the commit and not before.
 */
export async function applyRowChanges(session: Session, target: Target): Promise<AppliedRows> {
  const { table, staged, scope, changedKeys, rowsBefore } = target;
  const { columns, key, dated } = await shapeOf(session, table);
  const values = columns.filter((column) => !key.includes(column));
  const sameKey = key.map((column) => `target.${column} = staged.${column}`).join(' and ');
  const assignments = [
    ...values.map((column) => `${column} = staged.${column}`),
    ...(dated ? [`${CHANGED_AT} = default`] : []),
  ].join(', ');
  if (changedKeys !== undefined) {
    await session.query(
      `create temporary table ${changedKeys} on commit drop as
       select ${list(key, 'target')} from ${table} target with no data`,
    );
  }
  const keep = `, kept as (
    insert into ${changedKeys}
    select * from deleted union all select * from updated union all select * from inserted
  )`;
  if (rowsBefore !== undefined) {
    await session.query(
      `create temporary table ${rowsBefore} on commit drop as select * from ${table} with no data`,
    );
  }
  const keepRows = `, changed as (
    select service_request_id from deleted union select service_request_id from updated
    union select service_request_id from inserted
  ), kept_rows as (
    insert into ${rowsBefore ?? ''}
    select target.* from ${table} target
    where ${scope ?? 'true'} and service_request_id in (select service_request_id from changed)
  )`;
  // A CTE for each step: all see the table as it was, so none sees another's writes.
  const { rows } = await session.query<
    Record<keyof RowChanges | 'read', string> & {
      readonly gone: RowKey[] | null;
      readonly requests: number[] | null;
    }
  >(
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
     )
     ${changedKeys === undefined ? '' : keep}
     ${rowsBefore === undefined ? '' : keepRows}
     select (select count(*) from inserted) as inserted, (select count(*) from updated) as updated,
       (select count(*) from deleted) as deleted, (select count(*) from ${staged}) as read,
       (select json_agg(gone) from (select * from deleted limit ${GONE_EXAMPLES}) gone) as gone,
       ${rowsBefore === undefined ? 'null' : '(select array_agg(service_request_id) from changed)'} as requests`,
  );
  const [counts] = rows;
  return {
    inserted: Number(counts?.inserted ?? 0),
    updated: Number(counts?.updated ?? 0),
    deleted: Number(counts?.deleted ?? 0),
    read: Number(counts?.read ?? 0),
    gone: counts?.gone ?? [],
    requests: counts?.requests ?? [],
  };
}

/** What changed of each table, for the record. */
export function changesOf(
  applied: Readonly<Record<string, AppliedRows>>,
): Record<string, RowChanges> {
  return Object.fromEntries(
    Object.entries(applied).map(([table, { inserted, updated, deleted }]) => [
      table,
      { inserted, updated, deleted },
    ]),
  );
}
