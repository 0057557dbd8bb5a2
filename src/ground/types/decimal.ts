import { BYTE, Unsayable, verbatim, type CellWriting } from './cell';
import type { ScalarType } from './scalarType';

/**
 * More than any number that is stored, and any sum of such: what an answer shows can be compared, and a value
 * that no column can hold is greater, or less, than all that one holds.
 */
export const MAX_DIGITS = 1_000;
const MAX_DECIMALS = 18;
/** A JSON number of more digits may be another than the caller wrote. */
const SURE_DIGITS = 15;

export const EXPECTED_DECIMAL = `a decimal number with at most ${String(MAX_DIGITS)} digits before the point and ${String(MAX_DECIMALS)} after it`;

export function readDecimal(given: unknown): string | undefined {
  const text = typeof given === 'number' ? String(given) : given;
  if (typeof text !== 'string') return undefined;
  const [, whole, fraction = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const isHeld =
    whole !== undefined && whole.length <= MAX_DIGITS && fraction.length <= MAX_DECIMALS;
  return isHeld ? text : undefined;
}

function given(value: unknown): string | { readonly expected: string } {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d+(\.\d{1,2})?$/.test(text) || !isShort(text)) {
    return {
      expected: `at most ${String(MAX_DIGITS)} digits, and at most 2 after a decimal point, such as "1250.50"`,
    };
  }
  return typeof value === 'number' && text.replaceAll(/[-.]/g, '').length > SURE_DIGITS
    ? { expected: `a string where a number has more than ${String(SURE_DIGITS)} digits` }
    : text;
}

function isShort(text: string): boolean {
  const [whole = ''] = text.replace('-', '').split('.', 1);
  return whole.length <= MAX_DIGITS;
}

const write: CellWriting = (source, from, to, out, at) => {
  if (source[to - 3] !== BYTE.dot) throw new Unsayable('A Decimal has no two decimals.');
  return verbatim(source, from, to, out, at);
};

/** An amount with two decimals, exact. */
export const decimal = {
  columns: ['numeric'],
  cast: 'numeric',
  expected: EXPECTED_DECIMAL,
  read: readDecimal,
  compared: 'order',
  added: true,
  json: {
    text: '({})::text',
    quotes: 'around',
    sayable: 'scale({}) = 2',
    sentAs: 'decimal',
  },
  file: { write, quotedInJson: true },
  graphql: {
    given,
    answered: (value) =>
      typeof value === 'string' && /^-?\d+\.\d\d$/.test(value) ? value : undefined,
  },
} satisfies ScalarType;
