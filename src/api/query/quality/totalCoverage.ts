import type { Knex } from 'knex';
import { identifier, joined, nothing, rowsOf, sql, type Sql } from '../../../ground/database/sql';
import type { Mart, Measure } from '../../model/mart';
import type { Sight } from '../columns/context';
import { Source } from '../columns/source';

/** How far quarterly reports cover a year, for totals of FLOW. */
export interface TotalCoverage {
  readonly year: number;
  /** Service requests that have a report. */
  readonly participations: number;
  readonly someQuarters: number;
  readonly yearlyLeftAside: number;
  /** For each FLOW measure, in the order of the mart. */
  readonly measures: readonly LeftAside[];
}

export interface LeftAside {
  readonly field: string;
  readonly yearly: string | null;
  readonly quarterly: string | null;
}

type RawCoverage = Omit<TotalCoverage, 'measures'> & Readonly<Record<string, unknown>>;

/** One request and year whose total leaves the yearly report aside, and some quarters are wanting. */
const LEFT_ASIDE = sql`quarters between 1 and 3 and has_yearly`;

/** The coverage of each year that has reports, the earliest first, by one statement. */
export async function coverTotals(
  database: Knex,
  mart: Mart,
  sight: Sight,
): Promise<readonly TotalCoverage[]> {
  const flows = mart.measures.filter(({ kind }) => kind === 'FLOW');
  const reports = new Source(mart, sight, mart.reportTable);
  const from = sql`${reports.from()} ${reports.where(sql`not m.superseded`)}`;
  const sums = flows.flatMap((measure) =>
    PARTS.map((part) => {
      const name = identifier(alias(part, measure));
      return sql`, (sum(${name}) filter (where ${LEFT_ASIDE}))::numeric(40, 2)::text as ${name}`;
    }),
  );
  const raws = await rowsOf<RawCoverage>(
    database,
    sql`
      with judged as (
        select m.year, m.service_request_id, count(*) filter (where m.report_type <> 'yearly') as quarters,
          bool_or(m.report_type = 'yearly') as has_yearly
        from ${from} group by m.year, m.service_request_id
      )
      ${flows.length > 0 ? sql`, valued as (${valuesOf(mart, flows, sight)})` : nothing}
      select year,
        count(*)::integer as participations,
        count(*) filter (where quarters between 1 and 3)::integer as "someQuarters",
        count(*) filter (where ${LEFT_ASIDE})::integer as "yearlyLeftAside"
        ${joined(sums, '')}
      from judged ${flows.length > 0 ? sql`left join valued using (year, service_request_id)` : nothing}
      group by year order by year`,
  );
  return raws.map(({ year, participations, someQuarters, yearlyLeftAside, ...values }) => ({
    year,
    participations,
    someQuarters,
    yearlyLeftAside,
    measures: flows.map((measure) => ({
      field: measure.field,
      yearly: amount(values[alias('yearly', measure)]),
      quarterly: amount(values[alias('quarterly', measure)]),
    })),
  }));
}

const PARTS = ['yearly', 'quarterly'] as const;

/** What the yearly report and the quarterly ones of each request and year say. */
function valuesOf(mart: Mart, flows: readonly Measure[], sight: Sight): Sql {
  const rows = new Source(mart, sight);
  const values = flows.flatMap((measure) =>
    PARTS.map((part) => {
      const ofPart = part === 'yearly' ? sql`=` : sql`<>`;
      return sql`, sum(${rows.column(measure.column)}) filter (where m.report_type ${ofPart} 'yearly')
        as ${identifier(alias(part, measure))}`;
    }),
  );
  return sql`select m.year, m.service_request_id ${joined(values, '')}
    from ${rows.from()} ${rows.where(sql`not m.superseded`)} group by m.year, m.service_request_id`;
}

function alias(part: (typeof PARTS)[number], { field }: Measure): string {
  return `${part}_${field}`;
}

function amount(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
