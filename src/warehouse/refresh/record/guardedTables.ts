import type { Session } from '../../../ground/database/session';
import type { Gate, Guard } from '../../gates/declaredGates';
import { lineage } from '../../lineage/lineage';
import { shapeOf } from './rowChanges';

/** The tables that a gate is held against. */
export async function guardedTables(session: Session, { guards }: Gate): Promise<string[]> {
  const tables: string[] = [];
  for (const guard of guards) {
    for (const { table, bins } of tablesNamedBy(guard)) {
      if (guard.bins && bins.length === 0) continue;
      if (guard.columns.length > 0) {
        const { columns } = await shapeOf(session, table);
        if (!guard.columns.every((column) => columns.includes(column))) continue;
      }
      tables.push(table);
    }
  }
  return tables;
}

function tablesNamedBy({ table }: Guard) {
  const { silver, marts } = lineage();
  if (table === 'gold.*') return marts;
  if (table === 'silver.*') return silver;
  return [lineage().table(table)];
}
