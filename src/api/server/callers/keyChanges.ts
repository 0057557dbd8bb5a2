import type { Knex } from 'knex';
import { KeyRefused } from '../../access/keyRefused';
import { createKeyFor, revokeKeyFor } from '../../access/keys/keysByRequest';
import type { Roles } from '../../access/roles';
import { KeyForbidden } from '../../access/keys/withinCaller';
import { answerError } from '../../resolvers/request/errors';
import type { KeyChanges } from '../../resolvers/request/request';

/** Makes and revokes keys, as a request asks for it. */
export function keyChangesOn(database: Knex, knownRoles: Roles): KeyChanges {
  return {
    create: (viewer, wish, note) =>
      told(() => createKeyFor(database, viewer, { ...wish, knownRoles }, note)),
    revoke: (viewer, id, note) => told(() => revokeKeyFor(database, viewer, id, note)),
  };
}

async function told<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KeyRefused) throw answerError('BAD_USER_INPUT', error.message);
    if (error instanceof KeyForbidden) throw answerError('FORBIDDEN', error.message);
    throw error;
  }
}
