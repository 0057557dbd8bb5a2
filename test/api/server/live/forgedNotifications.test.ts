import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import {
  KEY_CHANGES_CHANNEL,
  PROGRESS_CHANNEL,
  PUBLISHED_CHANNEL,
} from '../../../../src/ground/database/channels';
import { openNotifications } from '../../../../src/ground/database/connecting/notifications';
import { createTestDatabase } from '../../../support/databases/database';
import { post, publishVersion, serveTest, until, type ServedDatabase } from '../support';

const CHANNELS = [PROGRESS_CHANNEL, PUBLISHED_CHANNEL, KEY_CHANGES_CHANNEL];
const FORGED_RUN = JSON.stringify({
  runId: '1',
  queuedAs: null,
  status: 'PUBLISHED',
  step: 'forged',
  table: null,
  done: 18,
  total: 18,
  dataVersionId: '666',
  at: '2030-01-01T00:00:00.000000Z',
});

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({ product: true });
  await publishVersion(served.database);
  await served.database.knex.raw(
    `insert into refresh.runs (reason, full_rebuild, status, progress)
     values ('test', false, 'RUNNING', '{"done": 1, "total": 18}')`,
  );
});
afterAll(() => served.stop());

const notify = (channel: string, message: string) =>
  served.database.knex.raw('select pg_notify(?, ?)', [channel, message]);

/** A subscription to every run; `text` has all that it was told. */
async function subscribe(): Promise<{ text: () => string; stop: () => void }> {
  const ending = new AbortController();
  const response = await fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'x-api-key': served.key,
    },
    body: JSON.stringify({
      query:
        'subscription { refreshProgress { runId status step table done total dataVersionId at } }',
    }),
    signal: ending.signal,
  });
  let text = '';
  const decoder = new TextDecoder();
  const reading = async () => {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
    }
  };
  void reading().catch(() => undefined);
  await until(() => text.includes('"runId":"1"'));
  return { text: () => text, stop: () => ending.abort() };
}

test('what any account says on a channel is neither believed nor told, and ends nothing', async () => {
  const subscription = await subscribe();
  for (const message of ['x', 'null', '{}', '[]', '{"runId":1}', FORGED_RUN, 'я'.repeat(3_000)]) {
    for (const channel of CHANNELS) await notify(channel, message);
  }
  await served.database.knex.raw(
    `update refresh.runs set progress = '{"step": "true", "done": 2, "total": 18}' where run_id = 1`,
  );
  await until(() => subscription.text().includes('"step":"true"'));
  const told = subscription.text().match(/"refreshProgress":\{[^}]*\}/g);
  expect(told).toHaveLength(2);
  expect(subscription.text()).not.toContain('forged');
  const { body, status } = await post(
    { url: served.url, key: served.key },
    '{ dataVersion { id } }',
  );
  expect([status, body.data]).toEqual([200, { dataVersion: { id: '1' } }]);
  expect(served.log()).not.toContain('a listener failed');
  subscription.stop();
});

test('however many forged messages come, the tables are looked at no more than a few times a moment', async () => {
  const subscription = await subscribe();
  const asked = jest.spyOn(Client.prototype, 'query');
  const begin = performance.now();
  for (let lot = 0; lot < 5; lot += 1) {
    for (const channel of CHANNELS) {
      await served.database.knex.raw(
        `select pg_notify(?, no || ' ' || ?) from generate_series(1, 1000) no`,
        [channel, lot],
      );
    }
  }
  await delay(200);
  const moments = (performance.now() - begin) / 1_000;
  const looks = asked.mock.calls.filter(([text]) => typeof text === 'string').length;
  asked.mockRestore();
  expect(looks).toBeGreaterThan(2);
  // 15,000 messages: for each channel so many looks a second as its pause lets through.
  expect(looks).toBeLessThan(20 + moments * (1_000 / 20 + 1_000 / 50 + 1_000 / 100));
  subscription.stop();
});

test('what a listener throws is told as trouble, and it goes on hearing', async () => {
  const database = await createTestDatabase();
  const troubles: unknown[] = [];
  const notifications = openNotifications(database.knex, (error) => troubles.push(error));
  let heard = 0;
  notifications.on('test_channel', () => {
    heard += 1;
    throw new Error(`no ${heard}`);
  });
  await until(() => notifications.listening());
  const before = heard;
  for (const message of ['one', 'two']) {
    await database.knex.raw('select pg_notify(?, ?)', ['test_channel', message]);
  }
  await until(() => heard === before + 2);
  expect(troubles).toHaveLength(heard);
  await notifications.close();
  await database.drop();
});
