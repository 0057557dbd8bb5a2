import { companyLinkOf, isMart } from '../../model/lookup';
import type { Table } from '../../model/mart';
import { maskedField } from '../../model/names';
import type { Selection } from '../request/selection';

/** What fields with a resolver need of their row. The fields of the key are always there. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  certificate: ['certificateNumber', 'serviceRequestId'],
  participation: ['serviceRequestId'],
  report: ['reportId'],
};

/** The fields of a table's rows that must be read for a selection. */
export function rowFields(table: Table, selection: Selection): readonly string[] {
  const columns = [...table.dimensions, ...(isMart(table) ? table.measures : [])];
  const known = new Set(columns.map(({ field }) => field));
  const masked = table.dimensions.filter((dimension) => dimension.masked);
  for (const { field } of masked) known.add(maskedField(field));

  const needed = [...selection.names()].flatMap((name) => {
    if (known.has(name)) return [name];
    if (name === 'missing' && isMart(table)) {
      const measures = table.measures.map(({ field }) => field);
      return table.defects ? [...measures, table.defects.by] : measures;
    }
    if (name === 'company') return [companyLinkOf(table)?.field ?? 'companyId'];
    return table.links.find(({ field }) => field === name)?.by ?? NEEDS[name] ?? [];
  });
  return [...new Set(needed)];
}
