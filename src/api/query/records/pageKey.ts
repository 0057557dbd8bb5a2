import type { Knex } from 'knex';
import { rowsOf, sql } from '../../../ground/database/sql';

/** The key by which addresses of pages of a data version are signed; undefined where there is no such version. */
export async function pageKeyOf(
  database: Knex,
  dataVersionId: string,
): Promise<Buffer | undefined> {
  if (!/^\d{1,18}$/.test(dataVersionId)) return undefined;
  const [found] = await rowsOf<{ page_key: Buffer }>(
    database,
    sql`select page_key from refresh.data_versions where data_version_id = ${dataVersionId}::bigint`,
  );
  return found?.page_key;
}
