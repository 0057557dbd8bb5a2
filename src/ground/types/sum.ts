import { EXPECTED_DECIMAL, readDecimal } from './decimal';
import type { ScalarType } from './scalarType';

/** A total of amounts, or their average: it may have more digits than any of them. Callers see a Decimal. */
export const sum = {
  columns: [],
  cast: 'numeric',
  expected: EXPECTED_DECIMAL,
  read: readDecimal,
  compared: 'order',
} satisfies ScalarType;
