const FORM = /^(\d{4,6}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00(?::?00)?)$/;

/**
 * A moment in UTC as PostgreSQL or a query writes it, in the form that callers get: with six digits
 * of a second, or none where they are all zero, so that one moment has one text.
 */
export function isoMoment(value: unknown): string {
  const [, day, time, fraction] = FORM.exec(String(value)) ?? [];
  if (day === undefined || time === undefined) {
    throw new Error('A DateTime to be answered is no moment in UTC.');
  }
  const digits = (fraction ?? '').padEnd(6, '0');
  return digits === '000000' ? `${day}T${time}Z` : `${day}T${time}.${digits}Z`;
}
