import type { Row } from '../../odata/answer/reader';
import type { RowsQuery } from '../../odata/asked/rowsQuery';
import type { Row as PlannedRow } from '../../query/pages/page';
import { plannedField, type PlannedTable } from './plannedTable';

/** The fields that the planner is to read for a query, those by which its ways lead on among them. */
export function neededFields(query: RowsQuery, planned: PlannedTable): readonly string[] {
  const names = new Set(query.select.map(({ name }) => plannedField(planned, name).path.join('.')));
  for (const { navigation } of query.expand) navigation.by.forEach((name) => names.add(name));
  return [...names];
}

/**
 * A row of the planner's, in which a part of the certificate stands as `certificate_number`, under the names of properties: the same object, since a page has thousands of values. What
 * the planner keeps in it stays.
 */
export function shownRow(row: PlannedRow, query: RowsQuery, planned: PlannedTable): Row {
  const shown = row as Record<string, unknown>;
  for (const { name } of query.select) {
    const { path, inLowerCase } = plannedField(planned, name);
    if (path.length > 1) shown[name] = shown[path.join('_')];
    if (inLowerCase && typeof shown[name] === 'string') shown[name] = shown[name].toUpperCase();
  }
  return shown;
}
