import type { Dimension, Mart } from './mart';

/** The dimensions that rows are grouped by. A time is grouped by its steps, of which a day is the shortest. */
export function groupDimensions({ dimensions, time }: Mart): readonly Dimension[] {
  return dimensions.filter(({ field }) => field !== time?.field);
}
