/** Times are milliseconds since 1970 throughout; the source's own have microseconds. */
const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Each day is written once: almost every event has several times in it. */
const days = new Map<number, string>();

function dayText(day: number): string {
  let text = days.get(day);
  if (text === undefined) {
    text = new Date(day * DAY).toISOString().slice(0, 11);
    days.set(day, text);
  }
  return text;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** `timestamptz` as Debezium writes it. The microseconds come from the time itself, not from chance. */
export function isoTime(time: number): string {
  const day = Math.floor(time / DAY);
  const left = Math.floor(time) - day * DAY;
  const hours = TWO_DIGITS[Math.floor(left / HOUR)];
  const minutes = TWO_DIGITS[Math.floor((left % HOUR) / MINUTE)];
  const micros = (left % MINUTE) * 1_000 + ((left * 7) % 1_000);
  const seconds = TWO_DIGITS[Math.floor(micros / 1_000_000)];
  return `${dayText(day)}${hours}:${minutes}:${seconds}.${String(micros % 1_000_000).padStart(6, '0')}Z`;
}

export function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** 31.12.2029: the other way in which dates are written. */
export function dottedDay(time: number): string {
  return isoDay(time).split('-').reverse().join('.');
}

/** Quarters are numbered from 0, the first of 2019, to 27, the last of 2025. */
export const FIRST_YEAR = 2019;
export const QUARTERS = 28;

export function quarterStart(quarter: number): number {
  return Date.UTC(FIRST_YEAR, quarter * 3, 1);
}
