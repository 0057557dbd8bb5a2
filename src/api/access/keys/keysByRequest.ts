import type { Knex } from 'knex';
import { KEY_RECORD, type KeyRecord, type NewKey } from './keyRecord';
import { readWish, type KeyWish } from './keyRequest';
import { drawKey, hashOf, keyIdOf, noSuchKey } from './keys';
import { keptScope } from '../rowScope';
import type { Viewer } from '../viewer';
import { endWithin, KeyForbidden, requireKeyChanges, requireWithin } from './withinCaller';

/** For the record: by which request. */
export interface KeyRequestNote {
  readonly requestId: string;
  readonly operation?: string | undefined;
}

/**
 * Makes a key in the name of a caller, who can give no more than it has itself. A key for which no end is
 * wished ends with the caller's credential. Throws {@link KeyForbidden} and KeyRefused.
 */
export async function createKeyFor(
  database: Knex,
  caller: Viewer,
  wish: KeyWish,
  { requestId, operation }: KeyRequestNote,
): Promise<NewKey> {
  requireKeyChanges(caller);
  const wished = readWish(wish);
  requireWithin(caller, wished);
  const key = drawKey();
  const { rows }: { rows: KeyRecord[] } = await database.raw(
    `select ${KEY_RECORD} from access.create_key(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as known`,
    [
      hashOf(key),
      wished.name,
      wished.rights,
      wished.roles,
      wished.scope && JSON.stringify(keptScope(wished.scope)),
      wished.trustedOnly,
      endWithin(caller, wished),
      caller.keyId,
      caller.name,
      operation ?? null,
      requestId,
    ] as unknown as Knex.RawBinding[],
  );
  const [record] = rows;
  if (!record) throw new KeyForbidden(CHANGED);
  return { ...record, key };
}

/** Ends a key permanently and everywhere, in the name of a caller. Throws {@link KeyForbidden} and KeyRefused. */
export async function revokeKeyFor(
  database: Knex,
  caller: Viewer,
  id: string,
  { requestId, operation }: KeyRequestNote,
): Promise<KeyRecord> {
  requireKeyChanges(caller);
  const { rows }: { rows: KeyRecord[] } = await database.raw(
    `select ${KEY_RECORD} from access.revoke_key(?, ?, ?, ?, ?) as known`,
    [keyIdOf(id), caller.keyId, caller.name, operation ?? null, requestId] as Knex.RawBinding[],
  );
  const [record] = rows;
  if (record) return record;
  const known = await database('access.api_keys').where({ key_id: keyIdOf(id) });
  throw known.length === 0 ? noSuchKey(id) : new KeyForbidden(CHANGED);
}

/** The credential was good when the request came in. */
const CHANGED = 'This credential has ended or lost its rights; no key was changed.';
