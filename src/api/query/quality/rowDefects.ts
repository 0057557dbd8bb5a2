import type { Knex } from 'knex';
import { textSeenBy } from '../../access/bins/bin';
import { rowsOf, sql } from '../../../ground/database/sql';
import type { QueryContext } from '../columns/context';

/** A value of a row of the source that was given and could not be read. */
export interface RowDefect {
  /** Of the row of the source. */
  readonly key: string;
  /** The key of the row's data, or `data` for all of it. */
  readonly column: string;
  /** 1, 2, … within an array, else 0. */
  readonly position: number;
  /** The source's log left the value out, and no event has it. */
  readonly lost: boolean;
  /** What was given, as far as the viewer may see it; null where it is lost, or may not be seen. */
  readonly value: string | null;
  readonly reason: string;
}

/** All defects of these rows of a source table. What was given is read only for who may see it. */
export async function readRowDefects(
  database: Knex,
  source: string,
  keys: readonly string[],
  { viewer }: QueryContext,
): Promise<RowDefect[]> {
  const value = viewer.rights.has('quality:read')
    ? textSeenBy(viewer, sql`raw_value`)
    : sql`null::text`;
  return rowsOf(
    database,
    sql`select key_id as key, column_name as column, position, lost, ${value} as value, reason
      from silver.defects
      where source_table = ${source}::text and key_id = any(${keys}::text[])
      order by key_id, column_name, position`,
  );
}
