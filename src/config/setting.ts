import { z } from 'zod';

/** One setting: what it means, how its text is read, and what holds where it is not set. */
export interface Setting<Value> {
  /** For `--help` and for README.md, so without a full stop. */
  readonly meaning: string;
  /** The text that is read where none is given; undefined is read as it is. */
  readonly fallback: string | undefined;
  /** What holds without it, in words: where there is no text to fall back to, or an empty one. */
  readonly absent: string | undefined;
  readonly reader: z.ZodType<Value, string>;
}

/** A setting with a default that is written as the setting itself would be. */
export function setting<Value>(
  meaning: string,
  fallback: string,
  reader: z.ZodType<Value, string>,
): Setting<Value> {
  return { meaning, fallback, absent: undefined, reader };
}

/** A setting that may be absent: its value is undefined then. */
export function optional<Value>(
  meaning: string,
  absent: string,
  reader: z.ZodType<Value, string>,
): Setting<Value | undefined> {
  const mayBeAbsent = reader.optional() as unknown as z.ZodType<Value | undefined, string>;
  return { meaning, fallback: undefined, absent, reader: mayBeAbsent };
}

/** A setting that lists something, by default nothing. */
export function listing<Value>(
  meaning: string,
  absent: string,
  reader: z.ZodType<Value, string>,
): Setting<Value> {
  return { meaning, fallback: '', absent, reader };
}

export const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/, `a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine((value) => value >= from && value <= to, `a whole number from ${from} to ${to}`);
