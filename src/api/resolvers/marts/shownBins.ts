import type { Table } from '../../model/mart';
import type { Row } from '../../query/pages/page';
import type { Group } from '../../query/groups/groups';
import type { RequestContext } from '../request/context';

type Counting = Pick<RequestContext, 'clearBins'>;

/**
 * Counts the rows of a page that show a BIN as it is. It stands in a row where it was asked for, and where
 * rows are ordered by it: then their cursors show it.
 */
export function countShownBins({ clearBins }: Counting, table: Table, rows: readonly Row[]): void {
  for (const field of maskedFields(table)) {
    for (const row of rows) clearBins.see(row, row[field]);
  }
}

/** The same for groups: those by a BIN show it in their key and in their cursor. */
export function countShownKeys(
  { clearBins }: Counting,
  mart: Table,
  groups: readonly Group[],
): void {
  for (const { masked, groupField } of mart.dimensions) {
    if (!masked) continue;
    for (const group of groups) clearBins.see(group, group.key[groupField]);
  }
}

/** The resolvers of a type whose rows are read with all their columns: what is asked for is shown. */
export function binFields(
  table: Table,
): Record<string, (row: Row, _arguments: unknown, context: Counting) => unknown> {
  return Object.fromEntries(
    maskedFields(table).map((field) => [
      field,
      (row, _arguments, { clearBins }) => {
        clearBins.see(row, row[field]);
        return row[field];
      },
    ]),
  );
}

function maskedFields({ dimensions }: Table): string[] {
  return dimensions.filter(({ masked }) => masked).map(({ field }) => field);
}
