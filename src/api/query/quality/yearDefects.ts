import type { Knex } from 'knex';
import { nothing, rowsOf, sql } from '../../../ground/database/sql';
import type { Mart, Table } from '../../model/mart';
import type { Sight } from '../columns/context';
import { WHOLE_FORM } from './missing';
import { Source } from '../columns/source';

/** How many values of a column of a year's reports could not be read. */
export interface YearDefects {
  readonly year: number;
  readonly column: string;
  readonly count: number;
}

/** Those of all reports of which there are rows, whichever column they are of. */
export function countReportDefects(
  database: Knex,
  reports: Table,
  sight: Sight,
): Promise<readonly YearDefects[]> {
  return count(database, new Source(reports, sight), undefined);
}

/** Those of the values that the mart's measures come from. An item that could not be read is no row. */
export function countMartDefects(
  database: Knex,
  mart: Mart,
  sight: Sight,
): Promise<readonly YearDefects[]> {
  const columns = new Set([...mart.measures.flatMap(({ sources }) => sources), WHOLE_FORM]);
  return count(database, new Source(mart, sight, mart.reportTable), [...columns]);
}

function count(
  database: Knex,
  reports: Source,
  columns: readonly string[] | undefined,
): Promise<readonly YearDefects[]> {
  const ofColumns = columns ? sql`and column_name = any(${columns}::text[])` : nothing;
  return rowsOf(
    database,
    sql`
      select report.year, column_name as column, count(*)::integer as count
      from silver.defects
      join (select m.report_id, m.year from ${reports.from()} ${reports.where()}) as report
        on report.report_id::text = key_id
      where source_table = 'service_report' ${ofColumns}
      group by report.year, column_name
      order by report.year, column_name collate "C"`,
  );
}
