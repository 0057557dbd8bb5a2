import type { Knex } from 'knex';
import { nothing, rowsOf, sql, type Sql } from '../../../ground/database/sql';
import type { Mart } from '../../model/mart';
import { hasWrongCheckDigit, isMaskedAtSource } from './binSoundness';
import type { Sight } from '../columns/context';
import { Source } from '../columns/source';

/** How many rows of a mart have what they should have. */
export interface MartCounts {
  readonly rows: number;
  readonly binFilled: number;
  /** Null, as the next, for who may not read BINs: hidden digits decide it. */
  readonly binWrongCheckDigit: number | null;
  readonly binMaskedAtSource: number | null;
  readonly superseded: number;
  readonly duplicatePeriods: number;
  readonly report: number;
  readonly participant: number;
  readonly serviceRequest: number;
  readonly missing: number;
  readonly conflicting: number;
}

export interface MartYearCounts extends MartCounts {
  readonly year: number;
}

/** The counts of each year that has rows, the earliest first, by one statement. */
export async function countMart(
  database: Knex,
  mart: Mart,
  sight: Sight,
): Promise<readonly MartYearCounts[]> {
  const rows = new Source(mart, sight);
  const columns = sql`${binOf(mart, rows)} as bin, m.year, m.service_request_id, m.report_type, m.superseded,
    ${rows.certificate('source')} as source, ${rows.certificate('conflicting')} as conflicting`;
  const soundness = sight.viewer.rights.has('bin:read');
  return rowsOf(
    database,
    sql`
      with resolved as (select ${columns} from ${rows.from()} ${rows.where()})
        ${soundness ? sql`, sound as (${soundnessByYear})` : nothing}
      select
        year,
        count(*)::integer as rows,
        count(bin)::integer as "binFilled",
        ${soundness ? sql`max(wrong)` : sql`null`}::integer as "binWrongCheckDigit",
        ${soundness ? sql`max(masked)` : sql`null`}::integer as "binMaskedAtSource",
        count(*) filter (where superseded)::integer as superseded,
        (count(distinct (service_request_id, report_type)) filter (where superseded))::integer as "duplicatePeriods",
        count(*) filter (where source = 'REPORT')::integer as report,
        count(*) filter (where source = 'PARTICIPANT')::integer as participant,
        count(*) filter (where source = 'SERVICE_REQUEST')::integer as "serviceRequest",
        count(*) filter (where source is null)::integer as missing,
        count(*) filter (where conflicting)::integer as conflicting
      from resolved ${soundness ? sql`left join sound using (year)` : nothing}
      group by year
      order by year`,
  );
}

/** A BIN is judged once for each year, however many rows have it. */
const soundnessByYear: Sql = sql`
  select year,
    coalesce(sum(rows) filter (where not ${isMaskedAtSource(sql`bin`)} and ${hasWrongCheckDigit(sql`bin`)}), 0) as wrong,
    coalesce(sum(rows) filter (where ${isMaskedAtSource(sql`bin`)}), 0) as masked
  from (select year, bin, count(*) as rows from resolved where bin is not null group by year, bin) as bins
  group by year`;

function binOf(mart: Mart, rows: Source): Sql {
  const bin = mart.dimensions.find(({ masked }) => masked);
  if (!bin) throw new Error(`${mart.name} has no column of BINs.`);
  return rows.column(bin.column);
}
