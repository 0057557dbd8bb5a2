import type { Knex } from 'knex';
import { binAskedFor } from '../../access/bins/bin';
import { rowsOf, sql } from '../../../ground/database/sql';
import type { Table } from '../../model/mart';
import type { QueryContext } from './context';
import { Source } from './source';

/** The id of the company with this BIN, as far as the viewer may ask for it; the lowest where several have it. */
export async function findCompanyByBin(
  database: Knex,
  companies: Table,
  bin: string,
  context: QueryContext,
): Promise<number | null> {
  const column = companies.dimensions.find(({ masked }) => masked)?.column;
  if (column === undefined) throw new Error(`${companies.name} has no column of BINs.`);
  const { viewer, binMask } = context;
  const asked = binAskedFor(viewer, binMask, { alias: 'm', column, hasYear: false }, bin);
  const source = new Source(companies, context);
  const [found] = await rowsOf<{ company_id: number }>(
    database,
    sql`select m.company_id from ${source.from()} ${source.where(asked)} order by 1 limit 1`,
  );
  return found?.company_id ?? null;
}
