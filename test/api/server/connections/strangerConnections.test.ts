import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { serveTest, until, type ServedDatabase } from '../support';

/** More than any test waits, and less: one server whose callers may take their time, and one whose may not. */
const patience = { long: 600_000, short: 600 };

let patient: ServedDatabase;
let hasty: ServedDatabase;
beforeAll(async () => {
  patient = await serveTest({ requestPatience: patience.long });
  hasty = await serveTest({ requestPatience: patience.short });
});
const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});
afterAll(async () => {
  await patient.stop();
  await hasty.stop();
});

/** A connection that sends this much, and reads, but never closes its side. */
interface Half {
  readonly socket: Socket;
  readonly said: () => string;
  /** Whether the server has closed it: both ways, as what is sent afterwards is refused. */
  readonly isGone: () => boolean;
}

function halfOpen({ url }: ServedDatabase, sends: string): Half {
  const { port } = new URL(url);
  let said = '';
  let gone = false;
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true }, () => {
    if (sends !== '') socket.write(sends);
  });
  open.push(socket);
  socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (gone = true));
  return {
    socket,
    said: () => said,
    isGone() {
      // A side that is closed for good answers what comes with a reset.
      if (socket.readableEnded && socket.writable) socket.write('\r\n');
      return gone;
    },
  };
}

/** Asks over one connection that stays open, as clients of the API do. */
function ask(agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(
      `${patient.url}/graphql?query={one}`,
      { agent, headers: { 'x-api-key': patient.key } },
      (response: IncomingMessage) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
      },
    ).once('error', reject);
  });
}

test.each([
  ['nothing at all', ''],
  ['half a request', 'GET /healthz HTTP/1.1\r\nhost: x\r\n'],
  ['whole requests without a key', 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'],
  ['a wrong key', 'GET /graphql?query={one} HTTP/1.1\r\nhost: x\r\nx-api-key: tg_wrong\r\n\r\n'],
])(
  'holders of keys ask, over new connections and kept ones, beside strangers who send %s',
  async (_, sends) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      expect(await ask(agent)).toBe(200);
      const [kept] = Object.values(agent.freeSockets).flat();
      const strangers = Array.from({ length: 600 }, () => halfOpen(patient, sends));
      await until(() => strangers.filter(({ isGone }) => isGone()).length >= 100);
      expect(strangers.filter(({ isGone }) => !isGone()).length).toBeLessThanOrEqual(500);
      expect(await ask(agent)).toBe(200);
      // No other one had to be opened in its place.
      expect(Object.values(agent.freeSockets).flat()).toEqual([kept]);
      const another = new Agent();
      expect(await ask(another)).toBe(200);
    } finally {
      agent.destroy();
    }
  },
);

test.each([
  ['a connection on which nothing is sent', () => ''],
  ['headers without an end', () => 'GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: '],
  [
    'a body without an end',
    () =>
      `POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: ${hasty.key}\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{"query"`,
  ],
])('%s is closed, with what was wrong', async (_, sends) => {
  const slow = halfOpen(hasty, sends());
  await until(slow.isGone);
  expect(slow.said()).toMatch(/^HTTP\/1\.1 408 /);
});

test.each([
  ['asks for another protocol where there is none', '/nowhere'],
  ['asks for another protocol than there is', '/graphql'],
])('whoever %s, and never closes its side, is closed', async (_, path) => {
  const upgrade = `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
  const refused = halfOpen(patient, upgrade);
  await until(refused.isGone);
  expect(refused.said()).toMatch(/^HTTP\/1\.1 40[04] /);
});
