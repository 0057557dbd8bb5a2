let second = Number.NaN;
let beginning = '';

/**
 * The moment as ISO 8601 in UTC with milliseconds, as `Date.toISOString` has it. Up to the second it is made
 * once a second: making it for each line would cost ten times as much as the number of milliseconds.
 */
export function isoTime(milliseconds: number): string {
  const rest = milliseconds % 1_000;
  const whole = milliseconds - rest;
  if (whole !== second) {
    second = whole;
    beginning = new Date(whole).toISOString().slice(0, 20);
  }
  return `${beginning}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}
