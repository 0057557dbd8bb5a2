import { createKey, findHolder, hashOf, listKeys } from '../../../src/api/access/keys/keys';
import { noteKeyUses } from '../../../src/api/access/keys/keyUses';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { statementsOf } from '../../support/asking/ask';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('when a key was used last is kept to the minute, by one statement for all', async () => {
  const { knex } = database;
  const keys = await Promise.all(
    ['one', 'two', 'never'].map((name) => createKey(knex, { name, rights: 'marts:read' })),
  );
  let now = Date.parse('2026-01-05T10:00:00Z');
  const statements = await statementsOf(knex, async () => {
    const uses = noteKeyUses(
      knex,
      (error) => expect(error).toBeUndefined(),
      () => now,
    );
    for (let time = 0; time < 100; time += 1) {
      for (const { id } of keys.slice(0, 2)) uses.note(id);
      now += 500;
    }
    uses.note('999999');
    await uses.close();
  });
  expect(statements).toHaveLength(1);
  const list = await listKeys(knex);
  const lastUse = Object.fromEntries(list.map(({ name, lastUsedAt }) => [name, lastUsedAt]));
  expect(lastUse).toEqual({
    one: '2026-01-05T10:00:00Z',
    two: '2026-01-05T10:00:00Z',
    never: null,
  });
});

test('a key has the rights of its roles, as the roles are now', async () => {
  const knownRoles = new Map([['analyst', ['marts:read', 'quality:read'] as const]]);
  const { key } = await createKey(database.knex, { name: 'r', roles: 'analyst', knownRoles });
  const rightsBy = async (
    roles: ReadonlyMap<string, readonly ('marts:read' | 'quality:read')[]>,
  ) => [...((await findHolder(database.knex, hashOf(key), roles))?.rights ?? [])];
  expect(await rightsBy(knownRoles)).toEqual(['marts:read', 'quality:read']);
  expect(await rightsBy(new Map([['analyst', ['marts:read']]]))).toEqual(['marts:read']);
  expect(await rightsBy(new Map())).toEqual([]);
  await expect(
    createKey(database.knex, { name: 'r', roles: 'analyst,chief', knownRoles }),
  ).rejects.toThrow('"chief" is no role. The setting ROLES has analyst.');
  await expect(createKey(database.knex, { name: 'r', roles: '' })).rejects.toThrow(
    'A key needs at least one right.',
  );
});
