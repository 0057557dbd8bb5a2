import type { Knex } from 'knex';
import { identifier, rowsOf, sql, type Sql } from '../../../ground/database/sql';
import type { Mart } from '../../model/mart';
import type { Sight } from '../columns/context';
import { Source } from '../columns/source';
import { dayOf, stepOf } from '../columns/timeSteps';
import { hasWrongCheckDigit, isMaskedAtSource } from './binSoundness';
import { WHOLE_FORM } from './missing';
import type { YearDefects } from './yearDefects';

/** How many rows of a mart of events have what they should have; null is what the mart, or the caller, has not. */
export interface EventCounts {
  readonly companyKnown: number | null;
  readonly companyUnknown: number | null;
  readonly binFilled: number | null;
  readonly binMissing: number | null;
  readonly binWrongCheckDigit: number | null;
  readonly binMaskedAtSource: number | null;
}

export interface EventYearCounts extends EventCounts {
  readonly year: number;
  readonly rows: number;
}

/** The counts of each year that has rows, the earliest first, by one statement. */
export function countEvents(
  database: Knex,
  mart: Mart,
  sight: Sight,
): Promise<readonly EventYearCounts[]> {
  const source = new Source(mart, sight);
  const bin = mart.dimensions.find(({ masked }) => masked)?.column;
  const ofBin = (condition: (bin: Sql) => Sql) =>
    bin === undefined ? sql`null` : counted(condition(source.column(bin)));
  const sound = (condition: (bin: Sql) => Sql) =>
    sight.viewer.rights.has('bin:read') ? ofBin(condition) : sql`null`;
  const known = knownCompany(mart, source);
  return rowsOf(
    database,
    sql`
      select ${yearOf(mart, source)} as year, count(*)::integer as rows,
        ${known ? counted(known) : sql`null`} as "companyKnown",
        ${known ? counted(sql`(${known}) is not true`) : sql`null`} as "companyUnknown",
        ${ofBin((value) => sql`${value} is not null`)} as "binFilled",
        ${ofBin((value) => sql`${value} is null`)} as "binMissing",
        ${sound((value) => sql`not ${isMaskedAtSource(value)} and ${hasWrongCheckDigit(value)}`)} as "binWrongCheckDigit",
        ${sound(isMaskedAtSource)} as "binMaskedAtSource"
      from ${source.from()} ${source.where()} group by 1 order by 1`,
  );
}

/** Defects of the rows that the mart's rows come from, by year; none where the mart names no source of them. */
export async function countEventDefects(
  database: Knex,
  mart: Mart,
  sight: Sight,
): Promise<readonly YearDefects[]> {
  const { defects } = mart;
  const key = mart.dimensions.find(({ field }) => field === defects?.by)?.column;
  if (!defects || key === undefined) return [];
  const source = new Source(mart, sight);
  const columns = [...new Set([...mart.measures.flatMap(({ sources }) => sources), WHOLE_FORM])];
  return rowsOf(
    database,
    sql`
      select event.year, column_name as column, count(*)::integer as count
      from silver.defects
      join (select distinct ${source.column(key)}::text as key, ${yearOf(mart, source)} as year
        from ${source.from()} ${source.where()}) as event on event.key = key_id
      where source_table = ${defects.source}::text and column_name = any(${columns}::text[])
      group by event.year, column_name
      order by event.year, column_name collate "C"`,
  );
}

function yearOf({ name, time }: Mart, source: Source): Sql {
  if (!time) throw new Error(`${name} has no time.`);
  return stepOf('YEAR', dayOf(time.type, source.column(time.column)));
}

function counted(condition: Sql): Sql {
  return sql`(count(*) filter (where ${condition}))::integer`;
}

function knownCompany({ company }: Mart, source: Source): Sql | undefined {
  if (!company) return undefined;
  const theirs = identifier(company.by === 'id' ? 'known.company_id' : 'known.tin');
  return sql`exists (select from silver.companies as known where ${theirs} = ${source.column(company.column)})`;
}
