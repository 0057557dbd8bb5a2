import type { Knex } from 'knex';
import { rowsOf, sql } from '../../../ground/database/sql';
import { entityNamed } from '../../model/lookup';
import type { Model } from '../../model/mart';
import type { Sight } from '../columns/context';
import { Source } from '../columns/source';

/** How many companies reported of a year, of those that should have. */
export interface YearReporting {
  readonly year: number;
  readonly expected: number;
  readonly reported: number;
  readonly missing: number;
  readonly unexpected: number;
}

/**
 * Of each year of which there are reports, the earliest first. Expected is who took part in the tech
 * park in that year: days count by their years, so the end of one and the beginning of one need no date.
 */
export async function countReporting(
  database: Knex,
  model: Model,
  sight: Sight,
): Promise<readonly YearReporting[]> {
  const reports = new Source(entityNamed(model, 'Report'), sight);
  const participants = new Source(entityNamed(model, 'Participant'), sight);
  // As in groups: who has no company is one of its own.
  const company = sql`coalesce(m.company_id::text, 'request ' || m.service_request_id)`;
  return rowsOf(
    database,
    sql`
      with reported as (
        select distinct m.year::integer as year, ${company} as company from ${reports.from()} ${reports.where()}
      ),
      took_part as (
        select ${company} as company, extract(year from m.certificate_issue_date) as since,
          extract(year from m.deactivation_date) as until
        from ${participants.from()} ${participants.where(sql`m.certificate_issue_date is not null`)}
      ),
      expected as (
        select distinct year, company
        from (select distinct year from reported) as years
        join took_part on since <= year and (until is null or until >= year)
      )
      select year,
        count(expected.company)::integer as expected,
        count(*) filter (where expected.company is not null and reported.company is not null)::integer as reported,
        count(*) filter (where reported.company is null)::integer as missing,
        count(*) filter (where expected.company is null)::integer as unexpected
      from expected full join reported using (year, company)
      group by year order by year`,
  );
}
