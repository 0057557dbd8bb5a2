import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  /** How it was started, as far as this user may see it. */
  readonly command: string;
}

const LISTENS = '0A';

/** The inodes of the sockets that listen on a port, from lines such as `0: 0100007F:0FA0 … 0A …`. */
async function listeningSockets(port: number): Promise<Set<string>> {
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readFile(table, 'utf8').catch(() => '')).split('\n')) {
      const [, address = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTENS && inode !== undefined && address.endsWith(`:${hexadecimal}`))
        sockets.add(`socket:[${inode}]`);
    }
  }
  return sockets;
}

async function holds(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const file of await readdir(folder).catch(() => [])) {
    if (sockets.has(await readlink(`${folder}/${file}`).catch(() => ''))) return true;
  }
  return false;
}

async function ownerOnLinux(port: number): Promise<PortOwner | undefined> {
  const sockets = await listeningSockets(port);
  if (sockets.size === 0) return undefined;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || !(await holds(pid, sockets))) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return { pid: Number(pid), command: line.split('\0').join(' ').trim() };
  }
  return undefined;
}

/** Who listens on a port of this machine; undefined where that cannot be told, as of other users' processes. */
export async function ownerOfPort(port: number): Promise<PortOwner | undefined> {
  if (process.platform === 'linux') return await ownerOnLinux(port);
  const { stdout } = await promisify(execFile)('lsof', [
    ...['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'],
  ]).catch(() => ({ stdout: '' }));
  const pid = Number(stdout.split('\n')[0]);
  return pid > 0 ? { pid, command: '' } : undefined;
}
