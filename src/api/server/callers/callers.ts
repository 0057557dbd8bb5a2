import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { CredentialKind } from '../../access/readCredential';
import { rememberKeyHolders } from '../../access/keys/keyCache';
import { noteKeyUses } from '../../access/keys/keyUses';
import type { Roles } from '../../access/roles';
import { recogniseTokens, type TokenRules } from '../../access/tokens/tokens';
import type { Notifications } from '../../../ground/database/connecting/notifications';
import { loggedError } from '../basis/failure';
import { tokenLog } from '../log/tokenLog';

export interface CallersOptions {
  readonly roles: Roles;
  /** How tokens of an identity provider are read; none are where this is absent. */
  readonly tokens: TokenRules | undefined;
  readonly log: Logger;
}

/** Whom this server knows, by every kind of credential that it takes. */
export interface Callers {
  readonly kinds: readonly CredentialKind[];
  /** What is known of a holder may have changed. */
  onChange(tell: () => void): void;
  /** Writes what is still to be written of the use of keys. */
  close(): Promise<void>;
}

export function rememberCallers(
  database: Knex,
  notifications: Notifications,
  { roles, tokens, log }: CallersOptions,
): Callers {
  const uses = noteKeyUses(database, (error) =>
    log.warn({ error: loggedError(error) }, 'the use of keys cannot be written'),
  );
  const keys = rememberKeyHolders(database, notifications, { roles, onUse: uses.note });
  const kinds: CredentialKind[] = [keys.recognise];
  if (tokens) {
    const holderOf = recogniseTokens({ rules: tokens, ...tokenLog(log) });
    kinds.push((token) => () => holderOf(token));
  }
  return { kinds, onChange: keys.onChange, close: uses.close };
}
