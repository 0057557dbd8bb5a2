import { lineage, type Lineage } from '../../lineage/lineage';
import type { Declaration } from '../../lineage/declaration';
import { definitionOfTable } from './definition';
import { repeated } from './repeated';
import { temporary } from './temporaryTables';

/** The SELECT of a table during a refresh: tables that it reads are up to date, shared rows are temporary. */
export function selectOf(table: Declaration): string {
  const { shared } = lineage();
  return written(table, new Set(shared.map((each) => each.table)));
}

/** The SELECT of a table over the rows of Silver that the same transaction has read, not over those kept. */
export function selectOfRowsRead(table: Declaration): string {
  const { silver, shared } = lineage();
  return written(table, new Set([...silver, ...shared].map((each) => each.table)));
}

function written(declaration: Declaration, fromRowsRead: ReadonlySet<string>): string {
  const { source, reads } = declaration;
  const definition = repeated(definitionOfTable(declaration));
  let select = definition.replaceAll(':rows_read', rowsRead(lineage()));
  if (source !== undefined) {
    select = select
      .replaceAll(':newest', temporary.newest(source))
      .replaceAll(':events', source.bronzeTable);
  }
  for (const { table: read } of reads) {
    if (!fromRowsRead.has(read)) continue;
    select = select.replace(
      new RegExp(`\\b${read.replace('.', '\\.')}\\b`, 'g'),
      temporary.read(read),
    );
  }
  return select;
}

/** The keys and defects of all rows that were read from events. */
function rowsRead({ fromEvents }: Lineage): string {
  return fromEvents
    .map(
      ({ table, source, key }) =>
        `select '${source.id}' as source_table, ${key}::text as key_id, defects from ${temporary.read(table)}`,
    )
    .join('\n  union all\n  ');
}
