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

const utc = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** What is selected of rows of access.api_keys, which the statement calls `known`. */
export const KEY_RECORD = `key_id::text as id, name, rights, roles,
  trusted_only as "trustedOnly", scope,
  (select ${utc('last_used_at')} from access.key_uses as used where used.key_id = known.key_id)
    as "lastUsedAt", ${utc('created_at')} as "createdAt",
  ${utc('expires_at')} as "expiresAt", ${utc('revoked_at')} as "revokedAt",
  case when revoked_at is not null then 'revoked'
       when expires_at <= clock_timestamp() then 'expired'
       else 'active' end as state`;
