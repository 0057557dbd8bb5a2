import { isDigit, Unsayable, verbatim, type CellWriting } from './cell';
import type { ScalarType } from './scalarType';

export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined || year === '0000') return false;
  // Date reads 2026-02-30 as March 2nd: only a day of the calendar comes back as it was given.
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Not `infinity`, and no year before Christ. */
const write: CellWriting = (source, from, to, out, at) => {
  if (!isDigit(source[from]) || !isDigit(source[to - 1])) {
    throw new Unsayable('A Date is no day of the calendar.');
  }
  return verbatim(source, from, to, out, at);
};

export const date = {
  columns: ['date'],
  cast: 'date',
  expected: 'a day of the calendar, as 2026-01-31',
  read: (given) => (typeof given === 'string' && isDay(given) ? given : undefined),
  compared: 'order',
  counted: true,
  json: { text: '({})::text', quotes: 'around', sayable: 'isfinite({})' },
  file: { write, quotedInJson: true },
  graphql: {
    answered: (value) =>
      typeof value === 'string' && /^\d{4,6}-\d\d-\d\d( BC)?$/.test(value) ? value : undefined,
  },
} satisfies ScalarType;
