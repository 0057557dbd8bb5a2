import type { Measure } from '../../model/mart';
import type { RowDefect } from './rowDefects';

/** Why a measure of a row is null. */
export type MissingReason = 'NOT_GIVEN' | 'UNREADABLE' | 'PLACEHOLDER';

/** A measure of a row that is null. */
export interface MissingMeasure {
  readonly field: string;
  readonly reason: MissingReason;
  /** What decided it; none where nothing was given. */
  readonly defects: readonly RowDefect[];
}

/** A defect under this name concerns the report's whole form, and so each value of it. */
export const WHOLE_FORM = 'data';

/**
 * Why the measure is null in a row of the report with these defects. A value that was given was read,
 * or has a defect: so what has none was not given. `position` is the item's, 0 for a row of a report.
 */
export function missingMeasure(
  { field, sources, combined }: Measure,
  defects: readonly RowDefect[],
  position: number,
): MissingMeasure {
  const found = sources.flatMap((source) =>
    defects.filter((defect) => defect.column === source && defect.position === position),
  );
  // The first that is given decides: a null is that one's, whatever comes after it.
  const own = combined === 'FIRST_GIVEN' ? found.slice(0, 1) : found;
  const deciding = own.length > 0 ? own : defects.filter(({ column }) => column === WHOLE_FORM);
  return { field, reason: reasonOf(deciding), defects: deciding };
}

function reasonOf(defects: readonly RowDefect[]): MissingReason {
  if (defects.length === 0) return 'NOT_GIVEN';
  return defects.every(({ lost }) => lost) ? 'PLACEHOLDER' : 'UNREADABLE';
}
