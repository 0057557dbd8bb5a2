/** A JSON number or a text of digits that an integer of so many bits holds; undefined for all else. */
export function wholeNumber(value: unknown, bits: 16 | 32): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
  const limit = 2 ** (bits - 1);
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  return number >= -limit && number < limit ? number : undefined;
}
