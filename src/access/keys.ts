import { hash, randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { KeyRefused } from './keyRefused';
import { COMMAND_LINE } from './ledger';
import { readExpiry, readName, readRights, readRoles } from './keyRequest';
import type { Roles } from './roles';
import { keptScope, readScope, type RowScope } from './rowScope';
import { RIGHTS, type Right, type Viewer } from './viewer';

/** Tells a key of this API from all other secrets, for people and for scanners of leaked secrets. */
const PREFIX = 'tg_';
const KEY_FORM = /^tg_[A-Za-z0-9_-]{43}$/;

/** A key as a list shows it: all but the key itself, which nobody can show again. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly string[];
  /** Named sets of rights that it has beside its own. */
  readonly roles: readonly string[];
  /** It may ask trusted documents, and nothing else. */
  readonly trustedOnly: boolean;
  /** When it was used last, to the minute. */
  readonly lastUsedAt: string | null;
  /** The rows that it is confined to, as it is kept; null where it is to none. */
  readonly scope: unknown;
  /** ISO 8601 in UTC, as the other moments. */
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly state: 'active' | 'expired' | 'revoked';
}

export interface NewKey extends KeyRecord {
  /** The key itself, told this once. */
  readonly key: string;
}

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

const NO_ROLES: Roles = new Map();

const utc = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

const RECORD = `key_id as id, name, rights, roles, trusted_only as "trustedOnly", scope,
  (select ${utc('last_used_at')} from access.key_uses as used where used.key_id = known.key_id)
    as "lastUsedAt", ${utc('created_at')} as "createdAt",
  ${utc('expires_at')} as "expiresAt", ${utc('revoked_at')} as "revokedAt",
  case when revoked_at is not null then 'revoked'
       when expires_at <= clock_timestamp() then 'expired'
       else 'active' end as state`;

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
  const name = readName(wish.name);
  const roles = readRoles(wish.roles, wish.knownRoles ?? NO_ROLES);
  const rights = wish.rights === undefined && roles.length > 0 ? [] : readRights(wish.rights ?? '');
  const expiresAt = wish.expires === undefined ? null : readExpiry(wish.expires, new Date());
  const scope = wish.scope ? JSON.stringify(keptScope(wish.scope)) : null;
  const key = PREFIX + randomBytes(32).toString('base64url');
  const { rows }: { rows: KeyRecord[] } = await database.raw(
    `with changed as (
       insert into access.api_keys
         (name, key_hash, rights, roles, scope, trusted_only, expires_at)
       values (?, ?, ?, ?, ?, ?, ?) returning *
     ), ${RECORDED}
     select ${RECORD} from changed as known`,
    [
      name,
      hashOf(key),
      rights,
      roles,
      scope,
      wish.trustedOnly === true,
      expiresAt,
      'KEY_CREATED',
      by,
    ] as unknown as Knex.RawBinding[],
  );
  const [record] = rows;
  if (!record) throw new Error('The insert of a key returned no row.');
  return { ...record, key };
}

/** All keys that ever were, in the order of their making. */
export async function listKeys(database: Knex): Promise<KeyRecord[]> {
  const { rows }: { rows: KeyRecord[] } = await database.raw(
    `select ${RECORD} from access.api_keys as known order by key_id`,
  );
  return rows;
}

/** Ends a key for good; one that was revoked before keeps its first time. Throws {@link KeyRefused}. */
export async function revokeKey(
  database: Knex,
  id: string,
  by: string = COMMAND_LINE,
): Promise<KeyRecord> {
  const { rows }: { rows: KeyRecord[] } = await database.raw(
    `with changed as (
       update access.api_keys set revoked_at = coalesce(revoked_at, clock_timestamp())
       where key_id = ? returning *
     ), ${RECORDED}
     select ${RECORD} from changed as known`,
    [/^\d{1,18}$/.test(id) ? id : -1, 'KEY_REVOKED', by],
  );
  const [record] = rows;
  if (!record) {
    throw new KeyRefused(`There is no key with the id ${JSON.stringify(id)}; keys list shows all.`);
  }
  return record;
}

/** Whether a credential can be a key at all: what cannot is not worth a question to the database. */
export function looksLikeKey(credential: string): boolean {
  return KEY_FORM.test(credential);
}

/** What is kept of a key. It was drawn at random, so that a fast hash is enough. */
export function hashOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
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
