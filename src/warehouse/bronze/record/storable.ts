import { isObject } from './dumpRecord';
import { Unreadable } from './unreadable';

/** PostgreSQL's JSON reader recurses; far more levels than any form has, far fewer than its stack. */
const MAX_DEPTH = 200;

/** An escape of U+0000 or of half a surrogate pair, at whatever level of JSON within JSON. */
const SUSPICIOUS_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/;

function opensAtLeast(text: string, count: number): boolean {
  let seen = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      seen += 1;
      if (seen > count) return true;
    }
  }
  return false;
}

function assertStorableText(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new Unreadable(
      'NOT_STORABLE',
      'A text holds U+0000 or half a surrogate pair, which PostgreSQL cannot store.',
    );
  }
}

function assertStorableValue(value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) {
    throw new Unreadable('NOT_STORABLE', `The JSON is nested deeper than ${MAX_DEPTH} levels.`);
  }
  if (typeof value === 'string') assertStorableText(value);
  else if (Array.isArray(value)) value.forEach((item) => assertStorableValue(item, depth + 1));
  else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      assertStorableText(name);
      assertStorableValue(member, depth + 1);
    }
  }
}

/**
 * Throws {@link Unreadable} where PostgreSQL could not store `text`, or could not read the JSON that
 * it holds. `value` is that JSON, parsed. The usual text is cleared by a scan; only a suspicious one
 * is walked.
 */
export function assertStorable(text: string, value: unknown): void {
  if (!text.isWellFormed() || text.includes('\0')) assertStorableText(text);
  if (SUSPICIOUS_ESCAPE.test(text) || opensAtLeast(text, MAX_DEPTH)) assertStorableValue(value, 0);
}
