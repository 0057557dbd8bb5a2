import { KeyRefused } from './keyRefused';
import { momentOf, spanOf } from './moment';
import type { Roles } from './roles';
import { RIGHTS, type Right } from './viewer';

const LONGEST_NAME = 100;
/** PostgreSQL's timestamps reach further, but nobody means a key to. */
const LATEST = Date.UTC(10_000, 0, 1);

/** The name by which people know a key again in a list. */
export function readName(given: string): string {
  const name = given.trim();
  if (name === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) {
    throw new KeyRefused(
      `${JSON.stringify(given.slice(0, LONGEST_NAME))} cannot be a key's name; expected 1 to ${LONGEST_NAME} characters on one line.`,
    );
  }
  return name;
}

/** Roles as a list with commas, each of which must be known. */
export function readRoles(given: string | undefined, known: Roles): string[] {
  const words = (given ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const unknown = words.filter((word) => !known.has(word));
  if (unknown.length === 0) return [...new Set(words)];
  const list = [...new Set(unknown)].map((word) => JSON.stringify(word)).join(', ');
  const names = known.size === 0 ? 'has none' : `has ${[...known.keys()].join(', ')}`;
  throw new KeyRefused(
    `${list} ${unknown.length === 1 ? 'is no role' : 'are no roles'}. The setting ROLES ${names}.`,
  );
}

/** Rights as a list with commas. Names every unknown one at once. */
export function readRights(given: string): Right[] {
  const words = given
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const isRight = (word: string): word is Right => RIGHTS.some((right) => right === word);
  const unknown = words.filter((word) => !isRight(word));
  const known = `The rights are ${RIGHTS.join(', ')}.`;
  if (unknown.length > 0) {
    const list = [...new Set(unknown)].map((word) => JSON.stringify(word)).join(', ');
    throw new KeyRefused(
      `${list} ${unknown.length === 1 ? 'is no right' : 'are no rights'}. ${known}`,
    );
  }
  if (words.length === 0) throw new KeyRefused(`A key needs at least one right. ${known}`);
  return RIGHTS.filter((right) => words.includes(right));
}

/**
 * When a key ends: a day (the key is good to the end of it, in UTC), a moment with an offset, or a
 * time from now such as 90d, 12h or 30m.
 */
export function readExpiry(given: string, now: Date): Date {
  const text = given.trim();
  const span = spanOf(text);
  const expiry = span === undefined ? momentOf(text, 'end') : now.getTime() + span;
  if (expiry === undefined || expiry >= LATEST) {
    throw new KeyRefused(
      `${JSON.stringify(given)} is no end of a key; expected a day such as 2027-01-31, a moment such as 2027-01-31T12:00:00Z, or a time from now such as 90d, 12h or 30m.`,
    );
  }
  if (expiry <= now.getTime()) {
    throw new KeyRefused(`${JSON.stringify(given)} has passed; a key must end in the future.`);
  }
  return new Date(expiry);
}
