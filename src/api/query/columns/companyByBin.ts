import type { Knex } from 'knex';
import { binAskedFor, binSeenBy, type BinPlace } from '../../access/bins/bin';
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
  const { viewer, binMask } = context;
  const asked = binAskedFor(viewer, binMask, binPlace(companies), bin);
  const source = new Source(companies, context);
  const [found] = await rowsOf<{ company_id: number }>(
    database,
    sql`select m.company_id from ${source.from()} ${source.where(asked)} order by 1 limit 1`,
  );
  return found?.company_id ?? null;
}

/** The ids of the companies with these BINs, as the viewer sees them; of several with one BIN the lowest. */
export async function companiesByBins(
  database: Knex,
  companies: Table,
  bins: readonly string[],
  context: QueryContext,
): Promise<ReadonlyMap<string, number>> {
  const { viewer, binMask } = context;
  const source = new Source(companies, context);
  const seen = binSeenBy(viewer, binMask, binPlace(companies));
  const rows = await rowsOf<{ bin: string; company_id: number }>(
    database,
    sql`select bin, min(company_id) as company_id
      from (select ${seen} as bin, m.company_id from ${source.from()} ${source.where()}) as seen
      where bin = any(${bins}::text[]) group by bin`,
  );
  return new Map(rows.map(({ bin, company_id }) => [bin, company_id]));
}

function binPlace(companies: Table): BinPlace {
  const column = companies.dimensions.find(({ masked }) => masked)?.column;
  if (column === undefined) throw new Error(`${companies.name} has no column of BINs.`);
  return { alias: 'm', column };
}
