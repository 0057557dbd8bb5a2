import { isMart } from '../../model/lookup';
import type { Mart, Table } from '../../model/mart';
import { operandsOf, type Operand } from '../../query/columns/operand';
import { screamingSnake } from '../../model/names';
import { filterCost } from './filterCost';
import { RATES } from './rates';
import type { TableSizes } from './tableSizes';

export type Arguments = Readonly<Record<string, unknown>>;

/** What of a page is asked for beside its rows. */
export interface BesideRows {
  readonly totalCount: boolean;
  readonly pageInfo: boolean;
}

/** A page of all rows of a table. Where rows are few, a filter may have to be asked of all of them. */
export function rootPageCost(
  table: Table,
  args: Arguments,
  size: number,
  beside: BesideRows,
  sizes: TableSizes,
): number {
  const rows = sizes(table.table);
  const filter = filterCost(table, args['filter'], sizes);
  const ordered = sortCost(table, args['orderBy']);
  const isFiltered = !filter.saysNothing;
  const from = args['after'] ?? args['before'];
  const scan = rows * (RATES.row + filter.perRow);
  let cost = RATES.statement + filter.once;
  // By its index a page is read to its end, and no further.
  if (ordered > 0 || isFiltered || isGiven(from)) cost += scan + rows * ordered;
  else cost += size * RATES.row;
  // What lies on the other side of a cursor, and how many there are in all.
  if (beside.pageInfo && isGiven(from)) cost += RATES.statement + filter.once + scan;
  if (beside.totalCount) cost += RATES.statement + filter.once + scan;
  return cost;
}

/** A page below each row of another table: found by an index, of as many rows as `most`. */
export function linkedPageCost(
  table: Table,
  args: Arguments,
  most: number,
  beside: BesideRows,
  sizes: TableSizes,
): { readonly each: number; readonly once: number } {
  const filter = filterCost(table, args['filter'], sizes);
  const times = beside.totalCount ? 2 : 1;
  const perRow = RATES.row + filter.perRow;
  const sorted = RATES.sortedRow + sortCost(table, args['orderBy']);
  return {
    each: times * (RATES.probe + most * perRow) + most * sorted,
    once: RATES.statement + times * filter.once,
  };
}

/** A file of all rows that a filter leaves, which are counted before; what its values cost is known then. */
export function fileCost(table: Table, args: Arguments, sizes: TableSizes): number {
  const rows = sizes(table.table);
  const filter = filterCost(table, args['filter'], sizes);
  const scan = RATES.statement + filter.once + rows * (RATES.row + filter.perRow);
  return Math.ceil(2 * scan + rows * sortCost(table, args['orderBy']));
}

/** For each row that is put in order; nothing where an index has the order. */
function sortCost(table: Table, orderBy: unknown): number {
  const items: unknown[] = Array.isArray(orderBy) ? orderBy : isGiven(orderBy) ? [orderBy] : [];
  const [first] = items;
  if (first === undefined) return 0;
  const named = orderable(table);
  const names = items.map((item) => String((item as Arguments | null)?.['field']));
  if (names.length === 1 && isIndexed(table, names[0] ?? '')) return 0;
  return names.reduce((sum, name) => {
    const operand = named.get(name);
    if (name === 'CERTIFICATE') return sum + RATES.sortedText + RATES.resolvedRow;
    return sum + (operand?.type === 'String' ? RATES.sortedText : RATES.sortedRow);
  }, 0);
}

const orderables = new WeakMap<Table, ReadonlyMap<string, Operand>>();

/** What rows can be ordered by, under the names of `…OrderField`. */
function orderable(table: Table): ReadonlyMap<string, Operand> {
  const known = orderables.get(table);
  if (known) return known;
  const entries = [...operandsOf(table)].map(
    ([field, operand]) => [screamingSnake(field), operand] as const,
  );
  const found = new Map(entries);
  orderables.set(table, found);
  return found;
}

/** The orders that indexes have: the key's, and of marts the year's. */
function isIndexed(table: Table, name: string): boolean {
  return (
    (table.key[0] !== undefined && name === screamingSnake(table.key[0])) ||
    (isMart(table) && indexedTimes(table).some((field) => name === screamingSnake(field)))
  );
}

/** The year that rows belong to, or the time of events. */
function indexedTimes({ time, dimensions, grain }: Mart): string[] {
  if (time) return [time.field];
  return dimensions.flatMap(({ field, column }) => (column === grain.periods?.year ? [field] : []));
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
