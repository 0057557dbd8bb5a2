import { BYTE, isDigit, Unsayable, verbatim, type CellWriting } from './cell';
import { isDay } from './date';
import type { ScalarType } from './scalarType';

/**
 * Moments have one text wherever they are shown: in UTC, with six digits of a second, or none where they are all zero.
 * It is made of PostgreSQL's text here (`shown`, `write`), and by PostgreSQL itself (`json`).
 */
const TEXT = /^(\d{4,6}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00(?::?00)?)?$/;

function momentText(text: string): string | undefined {
  const [, day, time, fraction = ''] = TEXT.exec(text) ?? [];
  if (day === undefined || time === undefined) return undefined;
  const digits = fraction.padEnd(6, '0');
  return digits === '000000' ? `${day}T${time}Z` : `${day}T${time}.${digits}Z`;
}

/** A moment in UTC, as PostgreSQL or a query writes it, as callers get it. Throws where it is none. */
export function isoMoment(value: unknown): string {
  const given = String(value);
  const text = /(?:Z|\+00(?::?00)?)$/.test(given) ? momentText(given) : undefined;
  if (text === undefined) throw new Error('A DateTime to be answered is no moment in UTC.');
  return text;
}

function isMoment(text: string): boolean {
  const [, day] =
    /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/.exec(
      text,
    ) ?? [];
  return day !== undefined && isDay(day);
}

const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
/** A space, and 00:36:19. */
const TIME_WITHOUT_FRACTION = 9;

/** `2026-01-05 00:36:19.4285+00` as 2026-01-05T00:36:19.428500Z. */
const write: CellWriting = (source, from, to, out, at) => {
  const end = to - 3;
  const isInUtc = source[end] === BYTE.plus && source[end + 1] === BYTE.zero;
  const space = source.indexOf(BYTE.space, from);
  if (!isDigit(source[from]) || !isInUtc || space === -1 || space > end) {
    throw new Unsayable('A DateTime is no moment in UTC.');
  }
  let next = verbatim(source, from, end, out, at);
  out[at + space - from] = LETTER_T;
  const digits = end - (space + TIME_WITHOUT_FRACTION);
  if (digits > 0) for (let given = digits - 1; given < 6; given += 1) out[next++] = BYTE.zero;
  out[next++] = LETTER_Z;
  return next;
};

export const dateTime = {
  columns: ['timestamptz'],
  cast: 'timestamptz',
  expected: 'a moment with its offset, as 2026-01-31T09:30:00.123456Z',
  read: (given) => (typeof given === 'string' && isMoment(given) ? given : undefined),
  compared: 'order',
  selected: "({} at time zone 'UTC')::text",
  shown: (text) => momentText(text) ?? text,
  json: {
    text: `replace(to_char({} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z')`,
    quotes: 'around',
    sayable: `{} >= '0001-01-01T00:00:00Z'::timestamptz and {} < '10000-01-01T00:00:00Z'::timestamptz`,
  },
  file: { write, quotedInJson: true },
  graphql: { answered: isoMoment },
} satisfies ScalarType;
