import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';

export interface SwallowingProxy {
  /** The database's address, by way of the proxy. */
  readonly url: string;
  /** From now on nothing gets through, and nobody is told. */
  swallow(): void;
  /** New connections get through again; those that were swallowed stay so. */
  relent(): void;
  close(): void;
}

/** A network between server and database that can lose everything without a word. */
export async function swallowingProxy(databaseUrl: string, port = 0): Promise<SwallowingProxy> {
  const target = placeOf(new URL(databaseUrl));
  let swallows = false;
  const sockets = new Set<Socket>();
  const lost = new WeakSet<Socket>();
  const proxy = createServer((near) => {
    const far = connect(target);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => {
        if (swallows) {
          lost.add(near);
          lost.add(far);
        }
        if (!lost.has(from)) to.write(chunk);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  proxy.listen(port, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.searchParams.delete('port');
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href,
    swallow: () => (swallows = true),
    relent: () => (swallows = false),
    close() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A host that is a folder holds the server's socket. */
function placeOf({
  hostname,
  port,
  searchParams,
}: URL): { host: string; port: number } | { path: string } {
  const host = searchParams.get('host') ?? hostname;
  const number = Number(searchParams.get('port') ?? (port === '' ? 5_432 : port));
  return host.startsWith('/') ? { path: join(host, `.s.PGSQL.${number}`) } : { host, port: number };
}
