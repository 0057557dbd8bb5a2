import { isNativeError } from 'node:util/types';

/** What PostgreSQL adds to a message: rows, values, and where they stood. */
const BESIDE = ['detail', 'where', 'internalQuery'] as const;

/**
 * E-mail addresses; ten digits and more, such as a BIN, an IIN or a telephone number, in any digits and
 * parted by anything but letters; what is quoted as a value. A log may lose more than a text of Silver.
 */
const VALUES: readonly (readonly [RegExp, string])[] = [
  [/[^\s@"]+[@＠﹫][^\s@"]+/gu, '[e-mail]'],
  [/\p{N}(?:(?:[^\p{L}\p{N}\n]{0,8}|[^\p{N}\n]{0,2})\p{N}){9,}/gu, '[digits]'],
  // As in: invalid input syntax for type numeric: "…". Names are quoted too, but after no colon.
  [/: "[^\n]*"/gu, ': […]'],
];

/** A message of the database's without values of rows: it goes to logs, records and terminals. */
export function withoutValues(message: string): string {
  return VALUES.reduce((text, [pattern, instead]) => text.replace(pattern, instead), message);
}

/**
 * Takes the values of rows out of an error, in place, so that it keeps its kind and its code whoever
 * tells of it. Returns it.
 */
export function leaveOutValues(thrown: unknown): unknown {
  if (!isNativeError(thrown)) return thrown;
  const { message, stack } = thrown;
  const cleaned = withoutValues(message);
  if (stack !== undefined) thrown.stack = stack.replaceAll(message, () => cleaned);
  thrown.message = cleaned;
  for (const name of BESIDE) if (name in thrown) Reflect.deleteProperty(thrown, name);
  return thrown;
}
