import type { Knex } from 'knex';
import { identifier, rowsOf, sql } from '../database/sql';
import type { Mart } from '../model/mart';
import { certificateExpressions, certificateJoins } from './certificate';

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

export async function countMart(database: Knex, mart: Mart): Promise<MartCounts> {
  const { source, conflicting } = certificateExpressions;
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
        select ${binOf(mart)} as bin, m.superseded, ${source} as source, ${conflicting} as conflicting
        from ${identifier(mart.table)} as m ${certificateJoins}
      ) as resolved`,
  );
  if (!counts) throw new Error(`${mart.table} could not be counted.`);
  return counts;
}

/** How many rows have each BIN: the BIN itself, so only for who may read it. */
export async function countBins(
  database: Knex,
  mart: Mart,
): Promise<readonly { readonly bin: string; readonly rows: number }[]> {
  const bin = binOf(mart);
  return rowsOf(
    database,
    sql`select ${bin} as bin, count(*)::integer as rows
      from ${identifier(mart.table)} as m where ${bin} is not null group by 1`,
  );
}

function binOf(mart: Mart) {
  const bin = mart.dimensions.find(({ masked }) => masked);
  if (!bin) throw new Error(`${mart.name} has no column of BINs.`);
  return identifier(`m.${bin.column}`);
}
