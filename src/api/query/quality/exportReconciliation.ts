import type { Knex } from 'knex';
import { rowsOf, sql } from '../../../ground/database/sql';
import type { Mart, Measure } from '../../model/mart';
import type { Sight } from '../columns/context';
import { Source } from '../columns/source';
import { flowTotal, latestValue } from '../aggregates/total';

/** The exports of a year, and the sum of its countries. */
export interface ExportReconciliation {
  readonly year: number;
  readonly total: string | null;
  readonly byCountry: string | null;
  readonly equal: number;
  readonly different: number;
  readonly withoutCountry: number;
  readonly withoutTotal: number;
}

/**
 * Of each year that has either, the earliest first: for each service request the totals that groups by
 * year are made of, beside one another.
 */
export async function reconcileExports(
  database: Knex,
  exports: Mart,
  items: Mart,
  sight: Sight,
): Promise<readonly ExportReconciliation[]> {
  const [ofExports, ofItems] = [onlyMeasure(exports), onlyMeasure(items)];
  const reports = new Source(exports, sight);
  const countries = new Source(items, sight);
  const columns = (source: Source, { column }: Measure) =>
    sql`m.year, m.service_request_id, m.report_type, m.superseded, ${source.column(column)}`;
  return rowsOf(
    database,
    sql`
      with reports as (select ${columns(reports, ofExports)} from ${reports.from()} ${reports.where(sql`not m.superseded`)}),
      items as (select ${columns(countries, ofItems)} from ${countries.from()} ${countries.where()}),
      totals as (
        select year, service_request_id, ${latestValue(ofExports, false)} as total
        from reports group by year, service_request_id
      ),
      quarterly as (select distinct service_request_id, year from reports where report_type <> 'yearly'),
      countries as (
        select year, service_request_id, ${flowTotal(ofItems)} as by_country
        from items left join quarterly using (service_request_id, year) group by year, service_request_id
      )
      select year, sum(total)::text as total, sum(by_country)::text as "byCountry",
        count(*) filter (where total = by_country)::integer as equal,
        count(*) filter (where total <> by_country)::integer as different,
        count(*) filter (where total <> 0 and by_country is null)::integer as "withoutCountry",
        count(*) filter (where total is null and by_country is not null)::integer as "withoutTotal"
      from totals full join countries using (year, service_request_id)
      group by year order by year`,
  );
}

function onlyMeasure({ name, measures }: Mart): Measure {
  const [measure, ...others] = measures;
  if (!measure || others.length > 0) throw new Error(`${name} should have one measure.`);
  return measure;
}
