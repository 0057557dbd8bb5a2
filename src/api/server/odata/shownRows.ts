import type { Row } from '../../odata/answer/reader';
import type { RowsQuery } from '../../odata/asked/rowsQuery';
import type { Row as PlannedRow } from '../../query/pages/page';
import { plannedField, type PlannedTable } from './plannedTable';

/** The fields that the planner is to read for a query, those by which its ways lead on among them. */
export function neededFields(query: RowsQuery, planned: PlannedTable): readonly string[] {
  const names = new Set(
    query.select.map(({ name }) => plannedField(planned, name).path[0] ?? name),
  );
  for (const { navigation } of query.expand) navigation.by.forEach((name) => names.add(name));
  return [...names];
}

/**
 * A row of the planner's under the names of properties: the same object, since a page has thousands of values. What
 * the planner keeps in it stays.
 */
export function shownRow(row: PlannedRow, query: RowsQuery, planned: PlannedTable): Row {
  const shown = row as Record<string, unknown>;
  const { certificate } = shown;
  for (const { name } of query.select) {
    const { path, inLowerCase } = plannedField(planned, name);
    const [, part] = path;
    if (part !== undefined) shown[name] = partOf(certificate, part);
    if (inLowerCase && typeof shown[name] === 'string') shown[name] = shown[name].toUpperCase();
  }
  return shown;
}

function partOf(object: unknown, part: string): unknown {
  return typeof object === 'object' && object !== null
    ? (object as Readonly<Record<string, unknown>>)[part]
    : null;
}
