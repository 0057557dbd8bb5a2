import { MAX_DIGITS } from './decimal';
import type { ScalarType } from './scalarType';

function read(given: unknown): string | undefined {
  const text = String(given);
  const [, digits = ''] = /^-?(\d+)$/.exec(text) ?? [];
  return digits !== '' && digits.length <= MAX_DIGITS ? text : undefined;
}

/** A sum or a count of whole numbers. It, and what it is compared with, may pass 64 bits. */
export const bigInt = {
  columns: [],
  cast: 'numeric',
  expected: `a whole number of at most ${String(MAX_DIGITS)} digits`,
  read,
  compared: 'order',
  graphql: {
    given(value) {
      const text = Number.isSafeInteger(value) ? String(value) : value;
      const whole = typeof text === 'string' ? read(text) : undefined;
      return (
        whole ?? {
          expected: `a whole number of at most ${String(MAX_DIGITS)} digits, as a string from 2^53`,
        }
      );
    },
    answered(value) {
      const text = String(value);
      if (!/^-?\d+$/.test(text)) return undefined;
      const number = Number(text);
      return Number.isSafeInteger(number) ? number : text;
    },
  },
} satisfies ScalarType;
