import { hash, randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { nothing, rowsOf, Sql, sql } from '../../../ground/database/sql';
import { KeyRefused } from '../keyRefused';
import { COMMAND_LINE } from '../ledger/ledger';
import { KEY_RECORD, type KeyRecord, type NewKey } from './keyRecord';
import { readWish, type KeyWish } from './keyRequest';
import type { Roles } from '../roles';
import { keptScope, readScope, type RowScope } from '../rowScope';
import { RIGHTS, type Right, type Viewer } from '../viewer';

/** Tells a key of this API from all other secrets, for people and for scanners of leaked secrets. */
const PREFIX = 'tg_';
const KEY_FORM = /^tg_[A-Za-z0-9_-]{43}$/;

const NO_ROLES: Roles = new Map();

/** In the statement that changes a key, so that no change is without its entry. */
const RECORDED = `recorded as (
  insert into access.ledger (kind, caller, subject) select ?, ?, key_id::text from changed
)`;

/** Makes a key, in the name of a caller. Only its hash is kept. Throws {@link KeyRefused}. */
export async function createKey(
  database: Knex,
  wish: KeyWish,
  by: string = COMMAND_LINE,
): Promise<NewKey> {
  const { name, rights, roles, scope, trustedOnly, expiresAt } = readWish(wish);
  const key = drawKey();
  const { rows }: { rows: KeyRecord[] } = await database.raw(
    `with changed as (
       insert into access.api_keys
         (name, key_hash, rights, roles, scope, trusted_only, expires_at)
       values (?, ?, ?, ?, ?, ?, ?) returning *
     ), ${RECORDED}
     select ${KEY_RECORD} from changed as known`,
    [
      name,
      hashOf(key),
      rights,
      roles,
      scope && JSON.stringify(keptScope(scope)),
      trustedOnly,
      expiresAt,
      'KEY_CREATED',
      by,
    ] as unknown as Knex.RawBinding[],
  );
  const [record] = rows;
  if (!record) throw new Error('The insert of a key returned no row.');
  return { ...record, key };
}

/** Which of the keys are told, in the order of their making. */
export interface KeysWish {
  /** Those that were made after this one. */
  readonly afterId?: string | null;
  readonly most?: number;
}

/** The keys that ever were, in the order of their making. */
export function listKeys(
  database: Knex,
  { afterId = null, most }: KeysWish = {},
): Promise<KeyRecord[]> {
  return rowsOf<KeyRecord>(
    database,
    sql`select ${new Sql(KEY_RECORD, [])} from access.api_keys as known
      ${afterId === null ? nothing : sql`where key_id > ${afterId}::bigint`}
      order by key_id ${most === undefined ? nothing : sql`limit ${most}`}`,
  );
}

export async function countKeys(database: Knex): Promise<number> {
  const [answer] = await rowsOf<{ keys: number }>(
    database,
    sql`select count(*)::integer as keys from access.api_keys`,
  );
  return answer?.keys ?? 0;
}

/** Ends a key permanently; one that was revoked before keeps its first time. Throws {@link KeyRefused}. */
export async function revokeKey(
  database: Knex,
  id: string,
  by: string = COMMAND_LINE,
): Promise<KeyRecord> {
  const { rows }: { rows: KeyRecord[] } = await database.raw(
    // The time is taken after the lock, so that no key was made by one that had ended by then.
    `with locked as (
       select key_id from access.api_keys where key_id = ? for no key update
     ), changed as (
       update access.api_keys as ended set revoked_at = coalesce(ended.revoked_at, clock_timestamp())
       from locked where ended.key_id = locked.key_id returning ended.*
     ), ${RECORDED}
     select ${KEY_RECORD} from changed as known`,
    [keyIdOf(id), 'KEY_REVOKED', by],
  );
  const [record] = rows;
  if (!record) throw noSuchKey(id);
  return record;
}

/** The id as a number of the database; -1, which no key has, for what is none. */
export function keyIdOf(id: string): string {
  return /^\d{1,18}$/.test(id) ? id : '-1';
}

export function noSuchKey(id: string): KeyRefused {
  return new KeyRefused(
    `There is no key with the id ${JSON.stringify(id.slice(0, 40))}; keys list shows all.`,
  );
}

/** A key that nobody had before. */
export function drawKey(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

/** Whether a credential can be a key at all: what cannot is not worth a question to the database. */
export function looksLikeKey(credential: string): boolean {
  return KEY_FORM.test(credential);
}

/** What is kept of a key. It was drawn at random, so that a fast hash is enough. */
export function hashOf(key: string): Buffer {
  return Buffer.from(hashTextOf(key), 'base64');
}

/** The same as a text in base64, which is sooner made and looked up. */
export function hashTextOf(key: string): string {
  return hash('sha256', key, 'base64');
}

interface HolderRow {
  readonly keyId: string;
  readonly name: string;
  readonly rights: string[];
  readonly roles: string[];
  readonly trustedOnly: boolean;
  readonly scope: unknown;
  readonly expiresAt: number | null;
}

/**
 * The holder of the key with this hash, if it is neither revoked nor expired. A key whose scope cannot be
 * understood is none: nobody can tell what it should not see.
 */
export async function findHolder(
  database: Knex,
  hash: Buffer,
  roles: Roles = NO_ROLES,
): Promise<Viewer | null> {
  const { rows }: { rows: HolderRow[] } = await database.raw(
    `select key_id as "keyId", name, rights, roles, scope,
         trusted_only as "trustedOnly",
         (extract(epoch from expires_at) * 1000)::float8 as "expiresAt"
       from access.api_keys
       where key_hash = ? and revoked_at is null
         and (expires_at is null or expires_at > clock_timestamp())`,
    [hash],
  );
  const [row] = rows;
  if (!row) return null;
  const rights = new Set([...row.rights, ...row.roles.flatMap((role) => roles.get(role) ?? [])]);
  const scope = keptScopeOf(row);
  if (scope === 'not understood') return null;
  return {
    keyId: row.keyId,
    name: row.name,
    rights: new Set<Right>(RIGHTS.filter((right) => rights.has(right))),
    ...(scope && { scope }),
    ...(row.roles.length > 0 && { roles: row.roles }),
    ...(row.trustedOnly && { trustedOnly: true }),
    ...(row.expiresAt !== null && { expiresAt: row.expiresAt }),
  };
}

function keptScopeOf({ scope }: HolderRow): RowScope | undefined | 'not understood' {
  if (scope === null) return undefined;
  try {
    return readScope(scope);
  } catch (error) {
    if (error instanceof KeyRefused) return 'not understood';
    throw error;
  }
}
