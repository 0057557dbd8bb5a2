import fc from 'fast-check';
import { createKey, drawKey, findHolder, hashOf } from '../../../src/api/access/keys/keys';
import { KeyRefused } from '../../../src/api/access/keyRefused';
import { createKeyFor } from '../../../src/api/access/keys/keysByRequest';
import type { Roles } from '../../../src/api/access/roles';
import type { RowScope } from '../../../src/api/access/rowScope';
import { RIGHTS, type Right, type Viewer } from '../../../src/api/access/viewer';
import { KeyForbidden } from '../../../src/api/access/keys/withinCaller';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const KNOWN_ROLES: Roles = new Map<string, readonly Right[]>([
  ['analyst', ['marts:read', 'quality:read']],
  ['auditor', ['bin:read', 'keys:manage']],
]);

const powers = {
  // Few callers have little and few keys want much: most of them are then made.
  rights: fc.subarray([...RIGHTS], { minLength: 3 }),
  roles: fc.subarray([...KNOWN_ROLES.keys()]),
  scope: fc
    .nat(5)
    .map((one): RowScope | undefined => (one === 0 ? { years: [[2024, 2025]] } : undefined)),
  trustedOnly: fc.nat(5).map((one) => one === 0),
  expires: fc.option(fc.constantFrom('1h', '30d', '90d', '2999-12-31'), { nil: undefined }),
};
const callers = fc.record(powers);
const wishes = fc.record({
  ...powers,
  rights: fc.oneof(fc.subarray([...RIGHTS], { maxLength: 2 }), fc.subarray([...RIGHTS])),
  scope: fc.constant(undefined),
});

type Powers = {
  readonly rights: readonly Right[];
  readonly roles: readonly string[];
  readonly scope: RowScope | undefined;
  readonly trustedOnly: boolean;
  readonly expires: string | undefined;
};

const wishOf = ({ rights, roles, scope, trustedOnly, expires }: Powers) => ({
  name: 'generated',
  rights: rights.length > 0 ? rights.join(',') : undefined,
  roles: roles.join(','),
  knownRoles: KNOWN_ROLES,
  scope,
  trustedOnly,
  expires,
});

async function holderOf(key: string, roles = KNOWN_ROLES): Promise<Viewer> {
  const viewer = await findHolder(database.knex, hashOf(key), roles);
  if (!viewer) throw new Error('The key was made just now.');
  return viewer;
}

function expectWithin(made: Viewer, caller: Viewer): void {
  expect([...made.rights].filter((right) => !caller.rights.has(right))).toEqual([]);
  expect((made.roles ?? []).filter((role) => !caller.roles?.includes(role))).toEqual([]);
  expect(made.expiresAt ?? Infinity).toBeLessThanOrEqual(caller.expiresAt ?? Infinity);
  expect(caller.scope).toBeUndefined();
  expect(caller.trustedOnly).toBeUndefined();
}

const unconfined = { scope: undefined, trustedOnly: false, expires: undefined };
/** Some keys are made for certain, whatever chance brings. */
const CERTAIN = RIGHTS.slice(0, 4).map((right): [Powers, Powers & { scope: undefined }] => [
  { ...unconfined, rights: [...RIGHTS], roles: [] },
  { ...unconfined, rights: [right], roles: [] },
]);
const RUNS = { numRuns: 80, examples: CERTAIN };

test('no key that a caller makes has anything that the caller has not', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(callers, wishes, async (powersOfCaller, wish) => {
      const caller = await holderOf((await createKey(database.knex, wishOf(powersOfCaller))).key);
      try {
        const { key } = await createKeyFor(database.knex, caller, wishOf(wish), {
          requestId: 'one',
        });
        expect(caller.rights).toContain('keys:manage');
        expectWithin(await holderOf(key), caller);
        made += 1;
      } catch (error) {
        if (!(error instanceof KeyForbidden) && !(error instanceof KeyRefused)) throw error;
      }
    }),
    RUNS,
  );
  expect(made).toBeGreaterThan(3);
});

test('nor does one that the database makes unasked, but for what roles alone give', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(callers, wishes, async (powersOfCaller, wish) => {
      const caller = await holderOf((await createKey(database.knex, wishOf(powersOfCaller))).key);
      const key = drawKey();
      const { rows } = await database.knex.raw<{ rows: unknown[] }>(
        `select from access.create_key(?, 'raw', ?, ?, null, ?, ?::timestamptz, ?, 'raw', null, null)`,
        [
          hashOf(key),
          wish.rights,
          wish.roles,
          wish.trustedOnly,
          wish.expires === undefined ? null : '2999-12-31',
          caller.keyId,
        ] as never[],
      );
      if (rows.length === 0) return;
      made += 1;
      const one = await holderOf(key);
      if (powersOfCaller.roles.length === 0) {
        expect(caller.rights).toContain('keys:manage');
        return expectWithin(one, caller);
      }
      expectWithin({ ...one, rights: new Set() }, caller);
    }),
    RUNS,
  );
  expect(made).toBeGreaterThan(3);
});
