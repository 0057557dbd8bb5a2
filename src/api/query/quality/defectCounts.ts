import type { Knex } from 'knex';
import { joined, nothing, rowsOf, sql, type Sql } from '../../../ground/database/sql';
import { entityNamed } from '../../model/lookup';
import type { Model } from '../../model/mart';
import type { Sight } from '../columns/context';
import { Source } from '../columns/source';

/** How many values of a column of the source could not be read. */
export interface DefectCount {
  readonly table: string;
  readonly column: string;
  readonly count: number;
}

/** The table whose rows stand for those of a table of the source, and the column of their ids. */
const SHOWN_AS = [
  { source: 'service_report', entity: 'Report', column: 'report_id' },
  { source: 'service_servicerequest', entity: 'Participant', column: 'service_request_id' },
  { source: 'account_company', entity: 'Company', column: 'company_id' },
];

/** To who is confined to a scope only the defects of what is there are counted. */
export async function countDefects(
  database: Knex,
  model: Model,
  sight: Sight,
): Promise<readonly DefectCount[]> {
  return rowsOf(
    database,
    sql`select source_table as table, column_name as column, count(*)::integer as count
      from silver.defects ${sight.viewer.scope ? ofScope(model, sight) : nothing}
      group by 1, 2 order by 1, 2`,
  );
}

function ofScope(model: Model, sight: Sight): Sql {
  const parts = SHOWN_AS.map(({ source, entity, column }) => {
    const rows = new Source(entityNamed(model, entity), sight);
    return sql`(source_table = ${source} and key_id in (
      select ${rows.column(column)}::text from ${rows.from()} ${rows.where()}))`;
  });
  return sql`where ${joined(parts, ' or ')}`;
}
