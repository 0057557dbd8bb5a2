import type { Knex } from 'knex';
import { rowsOf, sql } from '../../../ground/database/sql';

/** A publication, and when it was. */
export interface TableChange {
  readonly dataVersionId: string;
  readonly publishedAt: string;
}

/**
 * The publication that last changed each of the tables, by the table. Goes back from the newest one,
 * and so reads few where the tables change often.
 */
export async function lastChanges(
  database: Knex,
  tables: readonly string[],
): Promise<ReadonlyMap<string, TableChange>> {
  const rows = await rowsOf<TableChange & { table: string }>(
    database,
    sql`select name as table, data_version_id as "dataVersionId", published_at as "publishedAt"
      from unnest(${tables}::text[]) as name
      cross join lateral (
        select data_version_id, published_at from refresh.data_versions
        where changed -> name <> '{"inserted": 0, "updated": 0, "deleted": 0}'
        order by data_version_id desc limit 1
      ) as version`,
  );
  return new Map(rows.map(({ table, ...change }) => [table, change]));
}
