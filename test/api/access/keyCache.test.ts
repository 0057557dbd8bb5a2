import type { Knex } from 'knex';
import { rememberKeyHolders } from '../../../src/api/access/keys/keyCache';
import { createKey, revokeKey } from '../../../src/api/access/keys/keys';
import { KEY_CHANGES_CHANNEL } from '../../../src/ground/database/channels';
import { connect } from '../../../src/ground/database/connecting/connect';
import { openNotifications } from '../../../src/ground/database/connecting/notifications';
import { until } from '../server/support';
import { holdClock } from '../../support/clock';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';

let database: TestDatabase;
const rememberHolders = (knex: Knex) => {
  const notifications = openNotifications(knex);
  const { recognise, onChange } = rememberKeyHolders(knex, notifications);
  return {
    find: (key: string) => recognise(key)(),
    listening: notifications.listening,
    /** Resolves when something about keys has changed, or may have. */
    change: () => new Promise<void>((resolve) => onChange(resolve)),
    close: () => notifications.close(),
  };
};

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

test('a key that is revoked while it is being looked up is not remembered', async () => {
  const { knex } = database;
  const { key, id } = await createKey(knex, { name: 'raced', rights: 'marts:read' });
  const holders = rememberHolders(knex);
  await until(holders.listening);
  const change = holders.change();
  for (let round = 0; round < 20; round += 1) void holders.find(key);
  await revokeKey(knex, id);
  await change;
  expect(await holders.find(key)).toBeNull();
  await holders.close();
});

test('look-ups of a key at the same time are one, but for those before a change', async () => {
  const { knex } = database;
  const { key } = await createKey(knex, { name: 'asked often', rights: 'marts:read' });
  const used: string[] = [];
  const notifications = openNotifications(knex);
  const holders = rememberKeyHolders(knex, notifications, { onUse: (id) => used.push(id) });
  await until(() => notifications.listening());
  let lookUps = 0;
  knex.on('query', ({ sql }: { sql: string }) => (lookUps += sql.includes('key_hash') ? 1 : 0));
  const held = await knex.transaction();
  await held.raw('lock table access.api_keys in access exclusive mode');
  const many = () => Array.from({ length: 200 }, () => holders.recognise(key)());

  const before = many();
  const told = new Promise<void>((resolve) => holders.onChange(resolve));
  await knex.raw(`select pg_notify('${KEY_CHANGES_CHANNEL}', '')`);
  await told;
  const after = many();
  await held.rollback();
  const found = await Promise.all([...before, ...after]);
  expect(new Set(found.map((viewer) => viewer?.name))).toEqual(new Set(['asked often']));
  await holders.recognise(key)();
  expect(used).toHaveLength(401);
  expect(lookUps).toBe(2);
  await notifications.close();
});

test('however often changes are told of, a key has one look-up under way and one after it', async () => {
  const { knex } = database;
  const { key, id } = await createKey(knex, { name: 'asked in a flood', rights: 'marts:read' });
  const holders = rememberHolders(knex);
  await until(holders.listening);
  let lookUps = 0;
  knex.on('query', ({ sql }: { sql: string }) => (lookUps += sql.includes('key_hash') ? 1 : 0));
  const held = await knex.transaction();
  await held.raw('lock table access.api_keys in access exclusive mode');
  const asked = [Promise.resolve(holders.find(key))];
  for (let time = 0; time < 5; time += 1) {
    const change = holders.change();
    await knex.raw(`select pg_notify('${KEY_CHANGES_CHANNEL}', '')`);
    await change;
    for (const found of [holders.find(key), holders.find(key)]) asked.push(Promise.resolve(found));
  }
  await held.rollback();
  for (const viewer of await Promise.all(asked)) expect(viewer?.keyId).toBe(id);
  expect(lookUps).toBe(2);
  // The second began after the last change: it is remembered.
  expect(await holders.find(key)).not.toBeNull();
  expect(lookUps).toBe(2);
  const change = holders.change();
  await revokeKey(knex, id);
  await change;
  expect(await holders.find(key)).toBeNull();
  await holders.close();
});

test('a look-up that fails fails for who shares it, and for nobody after', async () => {
  const { knex } = database;
  const { key } = await createKey(knex, { name: 'failed', rights: 'marts:read' });
  const holders = rememberHolders(knex);
  await until(holders.listening);
  await knex.raw('alter table access.api_keys rename to api_keys_gone');
  const both = await Promise.allSettled([holders.find(key), holders.find(key)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await knex.raw('alter table access.api_keys_gone rename to api_keys');
  expect(await holders.find(key)).not.toBeNull();
  await holders.close();
});

test('while changes cannot be heard of, every look-up asks the database', async () => {
  const { knex } = database;
  const { key, id } = await createKey(knex, { name: 'unheard', rights: 'marts:read' });
  const pool = connect(database.url, { poolSize: 2, applicationName: 'techorda test keys' });
  const holders = rememberHolders(pool);
  await until(holders.listening);
  expect(await holders.find(key)).not.toBeNull();
  // Nor can they be heard of again: what would listen is not let in.
  pool.client.acquireRawConnection = () => Promise.reject(new Error('Nobody is let in.'));
  await knex.raw(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where query like 'listen %' and datname = current_database()`,
  );
  await until(() => !holders.listening());
  expect(await holders.find(key)).not.toBeNull();
  // Nobody tells of this change: the trigger is what tells.
  await knex.raw('alter table access.api_keys disable trigger tell_key_change');
  await revokeKey(knex, id);
  expect(await holders.find(key)).toBeNull();
  await holders.close();
  await pool.destroy();
});

test('a change of which nobody tells is seen within a second', async () => {
  const { knex } = database;
  const { key, id } = await createKey(knex, { name: 'silent', rights: 'marts:read' });
  const holders = rememberHolders(knex);
  await until(holders.listening);
  const clock = holdClock();
  try {
    expect(await holders.find(key)).not.toBeNull();
    await knex.raw('alter table access.api_keys disable trigger tell_key_change');
    await revokeKey(knex, id);
    expect(await holders.find(key)).not.toBeNull();
    clock.forward(1_000);
    expect(await holders.find(key)).toBeNull();
  } finally {
    clock.release();
  }
  await holders.close();
});

test('what cannot be a key is not worth a question', async () => {
  const statements: string[] = [];
  database.knex.on('query', ({ sql }: { sql: string }) => statements.push(sql));
  const holders = rememberHolders(database.knex);
  for (const wrong of ['', 'tg_', 'x'.repeat(5_000), `tg_${'?'.repeat(43)}`, 'a.b.c']) {
    expect(await holders.find(wrong)).toBeNull();
  }
  expect(statements).toEqual([]);
  await holders.close();
});

test('closing leaves no connection behind, also before the first was made', async () => {
  for (const made of [false, true]) {
    const holders = rememberHolders(database.knex);
    if (made) await until(holders.listening);
    await holders.close();
  }
  // The server needs a moment to end what was closed.
  await until(async () => {
    const { rows } = await database.knex.raw<{ rows: unknown[] }>(
      `select from pg_stat_activity
       where query like 'listen %' and pid <> pg_backend_pid() and datname = current_database()`,
    );
    return rows.length === 0;
  });
});
