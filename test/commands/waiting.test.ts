import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { swallowingProxy } from '../api/server/connections/swallowingProxy';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { techorda, type Started } from '../support/programs/runCommand';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

/** A port on which nobody listens yet. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const DUMP = 'test/fixtures/small/bronze.ndjson.gz';
const END_WELL = [['migrate'], ['ingest', DUMP], ['refresh'], ['keys', 'list']];
const STAY: readonly (readonly [string, RegExp])[] = [
  ['serve', /The API listens on/],
  ['worker', /The worker waits for refreshes/],
];

test('every command waits for its database, says so, and does its work once it answers', async () => {
  const port = await freePort();
  const address = new URL(warehouse.url);
  for (const name of ['host', 'port']) address.searchParams.delete(name);
  address.hostname = '127.0.0.1';
  address.port = String(port);
  const settings = { DATABASE_URL: address.href, PORT: '0' };
  const ending = END_WELL.map((args) => techorda(args, settings));
  const staying = STAY.map(([name, ready]) => ({ ready, running: techorda([name], settings) }));
  const all: readonly Started[] = [...ending, ...staying.map(({ running }) => running)];
  const waits = /The database does not answer yet \(ECONNREFUSED\); trying again\./;
  await Promise.all(all.map((running) => running.says(waits)));
  const network = await swallowingProxy(warehouse.url, port);
  try {
    for (const [index, running] of ending.entries()) {
      expect([END_WELL[index], await running.ended]).toEqual([END_WELL[index], 0]);
    }
    for (const { ready, running } of staying) {
      await running.says(ready);
      running.child.kill('SIGTERM');
      expect(await running.ended).toBe(0);
    }
  } finally {
    network.close();
  }
});

test('what waiting does not mend is told at once', async () => {
  const missing = new URL(warehouse.url);
  missing.pathname = '/no_such_database';
  const running = techorda(['status'], { DATABASE_URL: missing.href });
  expect(await running.ended).toBe(1);
  expect(running.said()).toBe(
    'The database cannot be reached: database "no_such_database" does not exist.\n',
  );
});
