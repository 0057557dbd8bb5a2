import { readDecimal } from './decimal';
import type { ScalarType } from './scalarType';

/** A share, as it is shown. */
export const float = {
  columns: [],
  cast: 'double precision',
  expected: 'a number',
  read(given) {
    if (typeof given === 'number') return Number.isFinite(given) ? given : undefined;
    const text = readDecimal(given);
    return text === undefined ? undefined : Number(text);
  },
  compared: 'order',
} satisfies ScalarType;
