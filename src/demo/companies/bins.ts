const FIRST_WEIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;
const SECOND_WEIGHTS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2] as const;

const ZERO = '0'.charCodeAt(0);

function weigh(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (const [place, weight] of weights.entries()) {
    sum += weight * (digits.charCodeAt(place) - ZERO);
  }
  return sum % 11;
}

/** The check digit of a BIN's first eleven digits; undefined where the rule gives none. */
export function checkDigit(digits: string): number | undefined {
  const first = weigh(digits, FIRST_WEIGHTS);
  if (first < 10) return first;
  const second = weigh(digits, SECOND_WEIGHTS);
  return second < 10 ? second : undefined;
}

/** What a BIN's fifth and sixth digits say: a resident, a non-resident, a sole proprietor; its head. */
export const KINDS_OF_COMPANY = ['40', '50', '60'] as const;

const MONTHS = 18 * 12;
const SERIALS = 100_000;

/** A valid BIN: month of registration (2008 to 2025), kind, serial, check digit. No two are equal. */
export function validBin(index: number, kind: (typeof KINDS_OF_COMPANY)[number]): string {
  const serial = (index * 7_919 + 4_211) % SERIALS;
  // Serials repeat every 100,000 companies; the month then moves on by one.
  const month = ((index % SERIALS) * 61 + Math.floor(index / SERIALS)) % MONTHS;
  const year = String(8 + Math.floor(month / 12)).padStart(2, '0');
  const registered = year + String((month % 12) + 1).padStart(2, '0');
  // Where the rule gives no check digit, no such BIN is issued: the next branch number is.
  for (let branch = Number(kind); ; branch += 1) {
    const digits = `${registered}${branch}${String(serial).padStart(5, '0')}`;
    const check = checkDigit(digits);
    if (check !== undefined) return `${digits}${check}`;
  }
}

/** A BIN whose last digit was mistyped. */
export function wrongBin(index: number): string {
  const bin = validBin(index, '40');
  return bin.slice(0, 11) + String((Number(bin[11]) + 1) % 10);
}

/** A BIN that was masked before it reached us. */
export function binMaskedAtSource(index: number): string {
  return `777777${String(index % 1_000_000).padStart(6, '0')}`;
}
