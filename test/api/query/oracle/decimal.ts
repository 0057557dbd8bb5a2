/** Hundredths as the API writes them; or thousandths, and so on, by the number of decimals. */
export function decimal(units: bigint, decimals = 2): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Divided and rounded half away from zero. */
export function divided(dividend: bigint, divisor: bigint): bigint {
  const size = dividend < 0n ? -dividend : dividend;
  const parts = divisor < 0n ? -divisor : divisor;
  const rounded = (2n * size + parts) / (2n * parts);
  return dividend < 0n === divisor < 0n ? rounded : -rounded;
}
