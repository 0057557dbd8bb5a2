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

/** Changes of a table: rows read again, what they changed, and some of the deleted keys. */
export interface AppliedRows extends RowChanges {
  readonly read: number;
  readonly gone: readonly RowKey[];
  /** The units of refresh of which some row changed, as texts, where their rows were to be kept as they were. */
  readonly units: readonly string[];
}

export interface Target {
  /** Schema-qualified, e.g. gold.financing. */
  readonly table: string;
  /** The table of the rows as they should be, with the target's columns. */
  readonly staged: string;
  /** Which of the target's rows `staged` speaks for; undefined for all. An SQL condition on `target`. */
  readonly scope: string | undefined;
  /** What the scope binds, from $1 on. */
  readonly values?: readonly unknown[];
  /** A temporary table to make, of what changed rows were and are, for what depends on them. */
  readonly changes?: ChangesTable;
  /** A temporary table to make, of the rows as they were of each unit of which some row changed. */
  readonly before?: BeforeTable;
}

export interface ChangesTable {
  readonly name: string;
  /** Its columns beside the primary key. */
  readonly columns: readonly string[];
}

export interface BeforeTable {
  readonly name: string;
  /** The column of the unit of refresh. */
  readonly unit: string;
}

export interface Shape {
  /** Those that a SELECT gives: generated ones are PostgreSQL's own affair. */
  readonly columns: readonly string[];
  /** Whether rows bear when they changed last, by a default. */
  readonly dated: boolean;
  readonly key: readonly string[];
  /** Columns that are never null. */
  readonly given: readonly string[];
}

/** By table; migrations end before a refresh begins, so a shape holds as long as the process. */
const shapes = new Map<string, Shape>();

export async function shapeOf(session: Session, table: string): Promise<Shape> {
  const known = shapes.get(table);
  if (known !== undefined) return known;
  const { rows } = await session.query<{ name: string; in_key: boolean; given: boolean }>(
    `select attname as name, coalesce(attnum = any (indkey), false) as in_key, attnotnull as given
     from pg_attribute left join pg_index on indrelid = attrelid and indisprimary
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     order by attnum`,
    [table],
  );
  const shape = {
    columns: rows.map(({ name }) => name).filter((name) => name !== CHANGED_AT),
    dated: rows.some(({ name }) => name === CHANGED_AT),
    key: rows.filter(({ in_key }) => in_key).map(({ name }) => name),
    given: rows.filter(({ given }) => given).map(({ name }) => name),
  };
  shapes.set(table, shape);
  return shape;
}

const list = (names: readonly string[], alias: string) =>
  names.map((name) => `${alias}.${name}`).join(', ');

/**
 * Makes a table's rows those of `staged`, touching only rows that differ: ordinary writes, which
 * readers see with the commit and not before.
 */
export async function applyRowChanges(session: Session, target: Target): Promise<AppliedRows> {
  const { table, staged, scope, values: bound = [], changes, before } = target;
  const { columns, key, dated } = await shapeOf(session, table);
  const values = columns.filter((column) => !key.includes(column));
  const sameKey = key.map((column) => `target.${column} = staged.${column}`).join(' and ');
  const assignments = [
    ...values.map((column) => `${column} = staged.${column}`),
    ...(dated ? [`${CHANGED_AT} = default`] : []),
  ].join(', ');
  const told = [
    ...new Set([...key, ...(changes?.columns ?? []), ...(before ? [before.unit] : [])]),
  ];
  if (changes !== undefined) {
    await session.query(
      `create temporary table ${changes.name} on commit drop as
       select ${list(told, 'target')} from ${table} target with no data`,
    );
  }
  if (before !== undefined) {
    await session.query(
      `create temporary table ${before.name} on commit drop as select * from ${table} with no data`,
    );
  }
  // A key never changes, so only other columns of an updated row have a value that they had before.
  const replaced = `union all
    select ${list(told, 'target')} from ${table} target join updated using (${key.join(', ')})`;
  const changed = `, changed as (
    select * from deleted union all select * from updated union all select * from inserted
    ${told.length > key.length ? replaced : ''}
  )`;
  const update = `update ${table} target set ${assignments} from ${staged} staged
       where ${sameKey}
         and (${list(values, 'target')}) is distinct from (${list(values, 'staged')})
       returning ${list(told, 'target')}`;
  const keepChanges = `, kept as (insert into ${changes?.name ?? ''} select * from changed)`;
  const keepBefore = `, changed_units as (
    select distinct ${before?.unit ?? ''} as unit from changed
  ), kept_rows as (
    insert into ${before?.name ?? ''}
    select target.* from ${table} target
    where ${scope ?? 'true'} and ${before?.unit ?? ''} in (select unit from changed_units)
  )`;
  // A CTE for each step: all see the table as it was, so none sees another's writes.
  const { rows } = await session.query<
    Record<keyof RowChanges | 'read', string> & {
      readonly gone: RowKey[] | null;
      readonly units: string[] | null;
    }
  >(
    `with
     deleted as (
       delete from ${table} target
       where ${scope ?? 'true'} and not exists (select from ${staged} staged where ${sameKey})
       returning ${list(told, 'target')}
     ),
     updated as (
       ${values.length === 0 ? `select ${list(told, 'target')} from ${table} target where false` : update}
     ),
     inserted as (
       insert into ${table} as target (${columns.join(', ')})
       select ${list(columns, 'staged')} from ${staged} staged
       where not exists (select from ${table} target where ${sameKey})
       returning ${list(told, 'target')}
     )
     ${changes !== undefined || before !== undefined ? changed : ''}
     ${changes === undefined ? '' : keepChanges}
     ${before === undefined ? '' : keepBefore}
     select (select count(*) from inserted) as inserted, (select count(*) from updated) as updated,
       (select count(*) from deleted) as deleted, (select count(*) from ${staged}) as read,
       (select json_agg(gone) from (select ${key.join(', ')} from deleted limit ${GONE_EXAMPLES}) gone) as gone,
       ${before === undefined ? 'null' : '(select array_agg(unit::text) from changed_units)'} as units`,
    [...bound],
  );
  const [counts] = rows;
  return {
    inserted: Number(counts?.inserted ?? 0),
    updated: Number(counts?.updated ?? 0),
    deleted: Number(counts?.deleted ?? 0),
    read: Number(counts?.read ?? 0),
    gone: counts?.gone ?? [],
    units: counts?.units ?? [],
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
