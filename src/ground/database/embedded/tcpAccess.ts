import { chown, lstat, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerSettings } from './serverSettings';
import type { ServerUser } from './binaries/serverUser';

/** The one address on which the server listens beside its socket, where it is asked to. */
export const TCP_ADDRESS = '127.0.0.1';

export const ACCESS_FILE = 'techorda_hba.conf';

/**
 * Who may come in. Over the socket whoever may enter the folder; over TCP members of the analysts' role alone, by
 * password. A superuser is a member of no role here, and so is the account that owns the tables.
 */
const ACCESS = `# Written at each start of the server. What is changed here is lost.
local all all trust
host techorda +techorda_analyst ${TCP_ADDRESS}/32 scram-sha-256
`;

export function tcpSettings(port: number | undefined): ServerSettings {
  return port === undefined ? {} : { listen_addresses: TCP_ADDRESS, port: String(port) };
}

/** Before the server starts: it reads this file in the place of its own. */
export async function writeAccessFile(
  clusterFolder: string,
  { uid, gid }: ServerUser,
): Promise<void> {
  const file = join(clusterFolder, ACCESS_FILE);
  const draft = `${file}.new-${process.pid}`;
  await writeFile(draft, ACCESS, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) await chown(draft, uid, gid);
  await rename(draft, file);
}

/** The number in the name of a running server's socket, and its port where it listens on one. */
async function portsOf(
  clusterFolder: string,
): Promise<{ readonly socket: number; readonly tcp: number | undefined } | undefined> {
  const text = await readFile(join(clusterFolder, 'postmaster.pid'), 'utf8').catch(() => '');
  const [, , , port = '', , address = ''] = text.split('\n');
  if (!/^\d+$/.test(port)) return undefined;
  return { socket: Number(port), tcp: address.trim() === '' ? undefined : Number(port) };
}

export async function tcpPortOf(clusterFolder: string): Promise<number | undefined> {
  return (await portsOf(clusterFolder))?.tcp;
}

/**
 * A server that listens on a port names its socket by it too. Others look for it under its usual name, which then is
 * a link. The server must be known to run: it alone may have a socket here.
 */
export async function linkSocket(clusterFolder: string, usual: number): Promise<void> {
  const ports = await portsOf(clusterFolder);
  if (ports === undefined || ports.socket === usual) return;
  const socket = `.s.PGSQL.${ports.socket}`;
  const there = await lstat(join(clusterFolder, socket)).catch(() => undefined);
  if (there === undefined) return;
  const draft = join(clusterFolder, `.s.PGSQL.link-${process.pid}`);
  await rm(draft, { force: true });
  await symlink(socket, draft);
  await rename(draft, join(clusterFolder, `.s.PGSQL.${usual}`));
}
