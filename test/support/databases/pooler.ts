import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';

export interface PoolerOptions {
  /** When a client gives its server connection back: at its end, or after each transaction. */
  readonly mode: 'session' | 'transaction';
  readonly servers: number;
  /** Whether the server connection that was used last is used next, or the one that was not used for longest. */
  readonly next?: 'last' | 'first';
}

export interface Pooler {
  readonly url: string;
  close(): Promise<void>;
}

const PROTOCOL = 196_608;
const SSL_REQUEST = 80_877_103;

function message(type: string, ...body: (number | string)[]): Buffer {
  const parts = body.map((part) => {
    if (typeof part === 'string') return Buffer.from(`${part}\0`);
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(part);
    return bytes;
  });
  const content = Buffer.concat(parts);
  const head = Buffer.alloc(type.length + 4);
  head.write(type);
  head.writeInt32BE(content.length + 4, type.length);
  return Buffer.concat([head, content]);
}

const READY = Buffer.from([...Buffer.from('Z'), 0, 0, 0, 5, ...Buffer.from('I')]);

/** Hands over whole messages, of which each begins with its type. */
function byMessage(take: (type: string, bytes: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5) {
      const end = rest.readInt32BE(1) + 1;
      if (rest.length < end) return;
      const whole = rest.subarray(0, end);
      rest = rest.subarray(end);
      take(String.fromCharCode(whole[0] ?? 0), whole);
    }
  };
}

interface Server {
  readonly socket: Socket;
  client: Client | undefined;
}
interface Client {
  readonly socket: Socket;
  server: Server | undefined;
  /** What waits for a server connection. */
  waiting: Buffer[];
  /** Answers that are still to come, by their last messages. */
  outstanding: number;
}

/**
 * As much of a pooler such as PgBouncer as tests need: it says a process number of its own to each client, and
 * gives statements to server connections that clients share.
 */
export async function startPooler(databaseUrl: string, options: PoolerOptions): Promise<Pooler> {
  const target = new URL(databaseUrl);
  const path = join(target.searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const free: Server[] = [];
  const queue: Client[] = [];
  const sockets = new Set<Socket>();

  const serve = (client: Client) => {
    const server = options.next === 'first' ? free.shift() : free.pop();
    if (!server) return void (queue.includes(client) || queue.push(client));
    server.client = client;
    client.server = server;
    for (const bytes of client.waiting.splice(0)) server.socket.write(bytes);
  };
  const release = (server: Server) => {
    if (server.client) server.client.server = undefined;
    server.client = undefined;
    free.push(server);
    const next = queue.shift();
    if (next) serve(next);
  };

  const openServer = () =>
    new Promise<void>((resolve, reject) => {
      const socket = createConnection(path);
      sockets.add(socket);
      const server: Server = { socket, client: undefined };
      let started = false;
      socket.on('error', reject);
      socket.on(
        'data',
        byMessage((type, bytes) => {
          if (!started) {
            if (type !== 'Z') return;
            started = true;
            free.push(server);
            return resolve();
          }
          const { client } = server;
          client?.socket.write(bytes);
          if (type !== 'Z' || !client) return;
          client.outstanding -= 1;
          const isIdle = bytes[5] === 'I'.charCodeAt(0) && client.outstanding === 0;
          if (isIdle && options.mode === 'transaction') release(server);
        }),
      );
      socket.write(
        message('', PROTOCOL, 'user', target.username, 'database', target.pathname.slice(1), ''),
      );
    });
  for (let n = 0; n < options.servers; n += 1) await openServer();

  const listener = createServer((socket) => {
    sockets.add(socket);
    const client: Client = { socket, server: undefined, waiting: [], outstanding: 0 };
    const take = byMessage((type, bytes) => {
      if (type === 'X') return;
      if (type === 'Q' || type === 'S') client.outstanding += 1;
      if (client.server) return void client.server.socket.write(bytes);
      client.waiting.push(bytes);
      serve(client);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const { server } = client;
      // What a client leaves behind goes with it: a pooler of sessions resets its server connections.
      if (server) {
        server.socket.destroy();
        void openServer().catch(() => undefined);
      }
    });
    socket.once('data', function start(chunk: Buffer) {
      if (chunk.readInt32BE(4) === SSL_REQUEST) {
        socket.once('data', start);
        return void socket.write('N');
      }
      const invented = 2_000_000_000 + Math.floor(Math.random() * 1_000_000);
      socket.write(Buffer.concat([message('R', 0), message('K', invented, 1), READY]));
      socket.on('data', take);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  return {
    url: `postgresql://${target.username}@127.0.0.1:${port}${target.pathname}`,
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
