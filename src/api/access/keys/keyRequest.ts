import { KeyRefused } from '../keyRefused';
import { momentOf, spanOf } from '../moment';
import type { Roles } from '../roles';
import type { RowScope } from '../rowScope';
import { RIGHTS, type Right } from '../viewer';

/** A key as somebody wishes it. */
export interface KeyWish {
  readonly name: string;
  /** With commas between them, as the next; one of the two at least. */
  readonly rights?: string | undefined;
  readonly roles?: string | undefined;
  /** The named sets of rights that there are. */
  readonly knownRoles?: Roles | undefined;
  readonly trustedOnly?: boolean | undefined;
  readonly expires?: string | undefined;
  /** What it may see of the rows; all where nothing is said. */
  readonly scope?: RowScope | undefined;
}

/** The same, understood. */
export interface WishedKey {
  readonly name: string;
  readonly rights: readonly Right[];
  readonly roles: readonly string[];
  readonly scope: RowScope | null;
  readonly trustedOnly: boolean;
  readonly expiresAt: Date | null;
}

const NO_ROLES: Roles = new Map();

const LONGEST_NAME = 100;
/** PostgreSQL's timestamps reach further, but nobody means a key to. */
const LATEST = Date.UTC(10_000, 0, 1);

/** Throws {@link KeyRefused} where any of it cannot be. */
export function readWish(wish: KeyWish): WishedKey {
  const name = readName(wish.name);
  const roles = readRoles(wish.roles, wish.knownRoles ?? NO_ROLES);
  return {
    name,
    roles,
    rights: wish.rights === undefined && roles.length > 0 ? [] : readRights(wish.rights ?? ''),
    scope: wish.scope ?? null,
    trustedOnly: wish.trustedOnly === true,
    expiresAt: wish.expires === undefined ? null : readExpiry(wish.expires, new Date()),
  };
}

/** Throws {@link KeyRefused} where the scope names marts that there are not. */
export function requireKnownMarts(scope: RowScope | undefined, known: readonly string[]): void {
  const unknown = scope?.marts?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length === 0) return;
  throw new KeyRefused(
    `${unknown.map((name) => JSON.stringify(name)).join(', ')} ${unknown.length === 1 ? 'is no mart' : 'are no marts'}. The marts are ${known.join(', ')}.`,
  );
}

/** The name by which people know a key again in a list. */
export function readName(given: string): string {
  const name = given.trim();
  if (name === '' || name.length > LONGEST_NAME || /\p{Cc}|\p{Surrogate}/u.test(name)) {
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
