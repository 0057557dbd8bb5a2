import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerName } from './questions';

export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  /** Ends it, and tells the most memory that it held, in MB. */
  end(): Promise<number>;
}

const PATIENCE = 30_000;
const bench = join(__dirname, '..');

const PROGRAMS: Readonly<Record<ServerName, readonly string[]>> = {
  techorda: [join(bench, '../bin/techorda.js'), 'serve'],
  limit: [join(bench, 'peers/bare.mjs')],
  fixed: [join(bench, 'peers/fixed.mjs')],
  apollo: [join(bench, 'peers/apollo.mjs')],
  mercurius: [join(bench, 'peers/mercurius.mjs')],
};

/** Starts a server in a process of its own, on loopback. It listens when this returns. */
export async function startServer(
  name: ServerName,
  settings: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['--require', join(bench, 'peakMemory.cjs'), ...PROGRAMS[name]],
    {
      env: { ...process.env, NODE_ENV: 'production', ...settings, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  const end = async () => {
    await ended(child);
    return Number(/peak (\d+) MB/.exec(said)?.[1]);
  };
  try {
    await listening(port, child);
  } catch (error) {
    await ended(child);
    throw new Error(`${name} did not start: ${said}`, { cause: error });
  }
  return { url: `http://127.0.0.1:${String(port)}/graphql`, pid: child.pid ?? 0, end };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  const until = performance.now() + PATIENCE;
  while (performance.now() < until && child.exitCode === null) {
    const answered = await fetch(`http://127.0.0.1:${String(port)}/healthz`).then(
      async (response) => {
        await response.body?.cancel();
        return true;
      },
      () => false,
    );
    if (answered) return;
    await pause(50);
  }
  throw new Error(`Nothing listens on port ${String(port)}.`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'close');
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 12_000);
  await exit;
  clearTimeout(hard);
}
