import { Cron } from 'croner';

/** Minute, hour, day of the month, month, day of the week: 0 and 7 are both Sunday. */
const FIELDS: readonly (readonly [from: number, to: number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];
const EVERYTHING = '*';

function isPart(part: string, from: number, to: number): boolean {
  const step = /^\*(?:\/(\d+))?$/.exec(part);
  if (step) return step[1] === undefined || Number(step[1]) > 0;
  const range = /^(\d+)(?:-(\d+))?$/.exec(part);
  if (!range) return false;
  const first = Number(range[1]);
  const last = range[2] === undefined ? undefined : Number(range[2]);
  return first >= from && (last ?? first) <= to && (last === undefined || first < last);
}

/** The values of a part that is one: the queue begins a step at the first value of the field. */
function valuesOf(part: string, from: number, to: number): number[] {
  const [, step = '1'] = /^\*(?:\/(\d+))?$/.exec(part) ?? [];
  const [first = from, last = part.startsWith(EVERYTHING) ? to : first] = part.startsWith(
    EVERYTHING,
  )
    ? []
    : part.split('-').map(Number);
  const values: number[] = [];
  for (let value = first; value <= last; value += Number(step)) values.push(value);
  return values;
}

function fieldsOf(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/**
 * A field of all values is written as such: days of the month and of the week are alternatives to each other only
 * where neither has all, which croner sees by the asterisk and the queue by the values.
 */
function plainField(field: string, index: number): string {
  const [from, to] = FIELDS[index] ?? [0, 0];
  // Sunday has two numbers.
  const last = index === FIELDS.length - 1 ? to - 1 : to;
  const values = new Set(field.split(',').flatMap((part) => valuesOf(part, from, last)));
  if (values.delete(last + 1)) values.add(0);
  return values.size === last - from + 1 ? EVERYTHING : field;
}

/** Whether the job queue understands the text: five fields of numbers, ranges, steps of all, and lists of them. */
export function isCronSchedule(text: string): boolean {
  const fields = fieldsOf(text);
  return (
    fields.length === FIELDS.length &&
    FIELDS.every(([from, to], index) =>
      (fields[index] ?? '').split(',').every((part) => isPart(part, from, to)),
    )
  );
}

/** Whether a schedule that the queue understands has no step beyond a field's values, and fires some day. */
export function everFires(text: string): boolean {
  if (!isCronSchedule(text)) return false;
  const fields = fieldsOf(text);
  try {
    // Croner refuses steps that are too long; only what it was given as it stands has them all.
    new Cron(fields.join(' '), { mode: '5-part', timezone: 'UTC', paused: true });
    const plain = fields.map(plainField).join(' ');
    return new Cron(plain, { mode: '5-part', timezone: 'UTC', paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}
