/** Minute, hour, day of the month, month, day of the week: 0 and 7 are both Sunday. */
const FIELDS: readonly (readonly [from: number, to: number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

function isPart(part: string, from: number, to: number): boolean {
  const step = /^\*(?:\/(\d+))?$/.exec(part);
  if (step) return step[1] === undefined || Number(step[1]) > 0;
  const range = /^(\d+)(?:-(\d+))?$/.exec(part);
  if (!range) return false;
  const first = Number(range[1]);
  const last = range[2] === undefined ? undefined : Number(range[2]);
  return first >= from && (last ?? first) <= to && (last === undefined || first < last);
}

/** Whether the job queue understands the text: five fields of numbers, ranges, steps of all, and lists of them. */
export function isCronSchedule(text: string): boolean {
  const fields = text.trim().split(/\s+/);
  return (
    fields.length === FIELDS.length &&
    FIELDS.every(([from, to], index) =>
      (fields[index] ?? '').split(',').every((part) => isPart(part, from, to)),
    )
  );
}
