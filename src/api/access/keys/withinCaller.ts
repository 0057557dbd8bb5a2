import type { WishedKey } from './keyRequest';
import type { Viewer } from '../viewer';

/** The caller may not do this with keys. The message is a sentence for the caller. */
export class KeyForbidden extends Error {
  override readonly name = 'KeyForbidden';
}

/**
 * Throws {@link KeyForbidden} where the caller may change no keys. Whom a scope or trusted documents confine
 * could free itself by another key, and lock others out.
 */
export function requireKeyChanges({ rights, scope, trustedOnly }: Viewer): void {
  if (!rights.has('keys:manage')) {
    throw new KeyForbidden('This needs the right keys:manage, which the caller does not have.');
  }
  if (!scope && !trustedOnly) return;
  throw new KeyForbidden(
    'This needs a credential that is confined neither to some rows nor to trusted documents.',
  );
}

/**
 * Throws {@link KeyForbidden} where the key would have anything that the caller has not. A role is looked
 * up when a key is used, and may hold more by then: only who has it itself gives it.
 */
export function requireWithin(caller: Viewer, wished: WishedKey): void {
  const beyond = [
    ...named(
      'the right',
      wished.rights.filter((right) => !caller.rights.has(right)),
    ),
    ...named(
      'the role',
      wished.roles.filter((role) => !caller.roles?.includes(role)),
    ),
  ];
  if (beyond.length > 0) {
    throw new KeyForbidden(
      `The key would have ${beyond.join(' and ')}, which the caller does not have itself.`,
    );
  }
  const { expiresAt } = caller;
  if (expiresAt !== undefined && wished.expiresAt && wished.expiresAt.getTime() > expiresAt) {
    throw new KeyForbidden(
      `The key would outlive the caller's credential, which ends at ${new Date(expiresAt).toISOString()}.`,
    );
  }
}

/** When the key ends: as wished, else with the caller's credential; null where neither ends. */
export function endWithin({ expiresAt }: Viewer, wished: WishedKey): Date | null {
  return wished.expiresAt ?? (expiresAt === undefined ? null : new Date(expiresAt));
}

function named(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  return [`${what}${names.length === 1 ? '' : 's'} ${names.join(', ')}`];
}
