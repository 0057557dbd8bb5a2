const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The milliseconds of a span such as 90d, 12h or 30m; undefined for what is none. */
export function spanOf(text: string): number | undefined {
  const span = /^(\d{1,6})([mhd])$/.exec(text);
  return span ? Number(span[1]) * UNITS[span[2] as keyof typeof UNITS] : undefined;
}

/**
 * The moment of a day, at its begin or at its end in UTC, or of a text with an offset; in milliseconds
 * since 1970, undefined for what is neither.
 */
export function momentOf(text: string, ofDay: 'begin' | 'end'): number | undefined {
  const moment =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  const day = moment?.[1];
  // Date.parse takes 31 February for 3 March: such a day does not come back as it was written.
  if (day === undefined || !isDay(day)) return undefined;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  return moment?.[2] === undefined && ofDay === 'end' ? milliseconds + UNITS.d : milliseconds;
}

function isDay(text: string): boolean {
  const milliseconds = Date.parse(text);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(text);
}
