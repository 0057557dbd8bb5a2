import type { Knex } from 'knex';
import { rowsOf, sql, type Sql } from '../database/sql';
import type { Mart } from '../model/mart';
import type { Sight } from './context';
import { Source } from './source';

/** How many rows of a mart have what they should have. */
export interface MartCounts {
  readonly rows: number;
  readonly binFilled: number;
  readonly superseded: number;
  readonly report: number;
  readonly participant: number;
  readonly serviceRequest: number;
  readonly missing: number;
  readonly conflicting: number;
}

export async function countMart(database: Knex, mart: Mart, sight: Sight): Promise<MartCounts> {
  const rows = new Source(mart, sight);
  const columns = sql`${binOf(mart, rows)} as bin, m.superseded,
    ${rows.certificate('source')} as source, ${rows.certificate('conflicting')} as conflicting`;
  const [counts] = await rowsOf<MartCounts>(
    database,
    sql`
      select
        count(*)::integer as rows,
        count(bin)::integer as "binFilled",
        count(*) filter (where superseded)::integer as superseded,
        count(*) filter (where source = 'REPORT')::integer as report,
        count(*) filter (where source = 'PARTICIPANT')::integer as participant,
        count(*) filter (where source = 'SERVICE_REQUEST')::integer as "serviceRequest",
        count(*) filter (where source is null)::integer as missing,
        count(*) filter (where conflicting)::integer as conflicting
      from (
        select ${columns} from ${rows.from()} ${rows.where()}
      ) as resolved`,
  );
  if (!counts) throw new Error(`${mart.table} could not be counted.`);
  return counts;
}

/** How many rows have each BIN: the BIN itself, so only for who may read it. */
export async function countBins(
  database: Knex,
  mart: Mart,
  sight: Sight,
): Promise<readonly { readonly bin: string; readonly rows: number }[]> {
  const rows = new Source(mart, sight);
  const bin = binOf(mart, rows);
  return rowsOf(
    database,
    sql`select ${bin} as bin, count(*)::integer as rows
      from ${rows.from()} ${rows.where(sql`${bin} is not null`)} group by 1`,
  );
}

function binOf(mart: Mart, rows: Source): Sql {
  const bin = mart.dimensions.find(({ masked }) => masked);
  if (!bin) throw new Error(`${mart.name} has no column of BINs.`);
  return rows.column(bin.column);
}
