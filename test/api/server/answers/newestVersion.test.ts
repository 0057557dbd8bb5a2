import type { Look, Notifications } from '../../../../src/ground/database/connecting/notifications';
import { rememberNewestVersion } from '../../../../src/api/server/versions/newestVersion';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { publishVersion } from '../support';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Notifications that hear when they are told to. */
function ears(listening: boolean) {
  const listeners: Look[] = [];
  const notifications: Notifications = {
    on: (_, look) => void listeners.push(look),
    listening: () => listening,
    ask: () => undefined,
    close: () => Promise.resolve(),
  };
  return { notifications, hear: () => listeners.forEach((look) => look()) };
}

test('while publications are not heard of, each question for the newest version asks the database', async () => {
  const { confirmed } = rememberNewestVersion(database.knex, ears(false).notifications);
  for (let turn = 0; turn < 3; turn += 1) {
    const id = await publishVersion(database);
    expect((await confirmed())?.id).toBe(id);
  }
});

test('while they are heard of, the newest version is known without a question', async () => {
  const { notifications, hear } = ears(true);
  const { confirmed } = rememberNewestVersion(database.knex, notifications);
  const first = await confirmed();
  expect(confirmed()).toEqual(first);
  const id = await publishVersion(database);
  hear();
  expect((await confirmed())?.id).toBe(id);
});

test('without the database no version is sure', async () => {
  const gone = await createTestDatabase();
  const { confirmed } = rememberNewestVersion(gone.knex, ears(true).notifications);
  await gone.drop();
  expect(await confirmed()).toBeNull();
});
