/** A BIN that begins so was masked before it came here. */
const MASKED_AT_SOURCE = /^777777/;

export function isMaskedAtSource(bin: string): boolean {
  return MASKED_AT_SOURCE.test(bin);
}

/**
 * Whether the twelfth digit of a BIN is the one that the other eleven give: their weighted sum modulo
 * 11, by other weights where that is 10. Where it is 10 again the number is never given out.
 */
export function hasRightCheckDigit(bin: string): boolean {
  const digits = [...bin].map(Number);
  const first = remainder(digits, 0);
  const control = first === 10 ? remainder(digits, 2) : first;
  return control !== 10 && control === digits[11];
}

/** The weights are 1 to 11 in a circle; the second time they begin at 3. */
function remainder(digits: readonly number[], shift: number): number {
  const sum = digits
    .slice(0, 11)
    .reduce((total, digit, index) => total + digit * (((index + shift) % 11) + 1), 0);
  return sum % 11;
}
