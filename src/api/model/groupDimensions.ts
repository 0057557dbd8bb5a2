import { isMart } from './lookup';
import type { Dimension, Mart, Table } from './mart';

/** The dimensions that rows are grouped by. A time is grouped by its steps, of which a day is the shortest. */
export function groupDimensions({ dimensions, time }: Mart): readonly Dimension[] {
  return dimensions.filter(({ field }) => field !== time?.field);
}

/** The dimensions that rows are filtered by. Without rows it is the groups that are chosen among, by what they bear. */
export function askedDimensions(table: Table): readonly Dimension[] {
  return isMart(table) && !table.rows ? groupDimensions(table) : table.dimensions;
}
