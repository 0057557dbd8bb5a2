import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createKey } from '../../../src/api/access/keys/keys';
import { post, serveTest, until, type ServedDatabase } from './support';

let served: ServedDatabase;
let other: string;
beforeAll(async () => {
  served = await serveTest({});
  ({ key: other } = await createKey(served.database.knex, { name: 'other', rights: 'marts:read' }));
});
afterAll(() => served.stop());

/** Far fewer than may be under way. */
const AT_ONCE = 10;

const ask = (key = served.key) => post({ url: served.url, key }, '{ one }');

/** Begins a request of so many bytes, and sends no more than its first. */
async function beginBody(bytes: number): Promise<Socket> {
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${served.key}\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n{`,
  );
  return socket;
}

test.each([
  ['32 of the largest', 32, 1024 * 1024],
  ['2,048 small ones', 2_048, 100],
])(
  'a key that has much on its way is refused more before it is read, and others are not: %s',
  async (_, count, bytes) => {
    const sockets = await Promise.all(Array.from({ length: count }, () => beginBody(bytes)));
    try {
      await until(async () => (await ask()).status === 429);
      const refused = await ask();
      expect(refused.body.errors).toEqual([
        {
          message:
            'Too much of what this credential sends is still on its way. Send less at once, or try again in a few seconds.',
          extensions: { code: 'RATE_LIMITED' },
        },
      ]);
      expect(refused.headers.get('retry-after')).toBe('2');
      expect(await ask(other)).toMatchObject({ status: 200 });
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    await until(async () => (await ask()).status === 200);
  },
);

test.each([
  ['in front of the routes', 600, 60_000],
  ['by the routes', 40, 1_000_000],
])('what has come in whole is on its way no longer: %s', async (_, count, length) => {
  const body = JSON.stringify({ query: '{ one }', variables: { note: 'x'.repeat(length) } });
  const send = async () => {
    const response = await fetch(`${served.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': served.key },
      body,
    });
    await response.arrayBuffer();
    return response.status;
  };
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    const statuses = await Promise.all(Array.from({ length: AT_ONCE }, send));
    expect(new Set(statuses)).toEqual(new Set([200]));
  }
});
