import type { Knex } from 'knex';
import { joined, nothing, rowsOf, sql, type Sql } from '../../../ground/database/sql';
import type { Dimension, Model, Table } from '../../model/mart';
import type { Sight } from '../columns/context';
import { Source } from '../columns/source';

/** How many values of a column of the source could not be read. */
export interface DefectCount {
  readonly table: string;
  readonly column: string;
  readonly count: number;
}

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
  const parts = tablesWithDefects(model).map(([source, table, by]) => {
    const rows = new Source(table, sight);
    return sql`(source_table = ${source} and key_id in (
      select ${rows.column(by.column)}::text from ${rows.from()} ${rows.where()}))`;
  });
  return sql`where ${joined(parts, ' or ')}`;
}

/** For each source table one whose rows stand for those of it, with the field that holds their keys. */
function tablesWithDefects({ entities, marts }: Model): (readonly [string, Table, Dimension])[] {
  const found = new Map<string, readonly [string, Table, Dimension]>();
  for (const table of [...entities, ...marts]) {
    const { defects, dimensions } = table;
    const by = dimensions.find(({ field }) => field === defects?.by);
    if (defects === undefined || by === undefined || found.has(defects.source)) continue;
    found.set(defects.source, [defects.source, table, by]);
  }
  return [...found.values()];
}
