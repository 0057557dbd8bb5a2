import type { Declaration } from '../../lineage/declaration';
import { lineage, ownLink } from '../../lineage/lineage';
import { temporary } from './temporaryTables';

/**
 * A condition on a table's rows: those that may read otherwise now, because of changes in the tables that
 * they read. Undefined where no such change concerns single rows.
 */
export function staleRows(table: Declaration): string | undefined {
  const conditions = [...staleValues(table)].map(
    ([column, values]) => `${column} = any (array(${values}))`,
  );
  return conditions.length === 0 ? undefined : conditions.join(' or ');
}

/** A SELECT of the units of refresh whose rows may read otherwise now. */
export function staleUnits(table: Declaration): string {
  const selects = table.reads.flatMap(({ table: read }) => {
    const shared = lineage().shared.find((each) => each.table === read);
    return shared === undefined ? [] : [staleUnits(shared)];
  });
  return [...new Set([...selects, ...staleValues(table).values()])].join(' union ');
}

/** By a column of the table: a SELECT of its values in rows that may read otherwise now. */
function staleValues(table: Declaration): ReadonlyMap<string, string> {
  const byColumn = new Map<string, string>();
  for (const { table: read, link } of table.reads) {
    if (link === undefined || lineage().shared.some((each) => each.table === read)) continue;
    const changed = temporary.changed(read);
    const { column, theirs, through } = link;
    const leading = through === undefined ? link : ownLink(table.reads, through);
    const own = leading?.column ?? column;
    // Most refreshes change nothing of most tables: then the other table is not read at all.
    const values =
      through === undefined
        ? `select ${theirs} from ${changed}`
        : `select ${leading?.theirs ?? own} from ${through} where exists (select from ${changed})
             and ${column} = any (array(select ${theirs} from ${changed}))`;
    const known = byColumn.get(own);
    byColumn.set(own, known === undefined ? values : `${known} union ${values}`);
  }
  return byColumn;
}
