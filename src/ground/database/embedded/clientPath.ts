import { createHash } from 'node:crypto';
import { lstat, readlink, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../thrown';
import { EmbeddedPostgresError } from './binaries/failure';

/** macOS allows 103 bytes, Linux 107. */
const LONGEST_SOCKET_PATH = 103;
/** The number in the name of the server's socket. */
export const SOCKET_PORT = 5432;
const SOCKET_NAME = `.s.PGSQL.${SOCKET_PORT}`;

async function linkFolder(): Promise<string> {
  const own = process.geteuid?.() ?? 0;
  const session = own === 0 ? '/run' : `/run/user/${own}`;
  const found = await lstat(session).catch(() => undefined);
  return found?.isDirectory() && found.uid === own ? session : tmpdir();
}

/**
 * The folder by which clients reach the server's socket. Operating systems bound the length of a
 * socket's path; where the data folder's is too long, a short link leads to it.
 */
export async function clientPath(clusterFolder: string): Promise<string> {
  if (Buffer.byteLength(join(clusterFolder, SOCKET_NAME)) <= LONGEST_SOCKET_PATH) {
    return clusterFolder;
  }
  const hash = createHash('sha256').update(clusterFolder).digest('hex').slice(0, 16);
  const link = join(await linkFolder(), `techorda-${hash}`);
  try {
    await symlink(clusterFolder, link);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // Whoever owns the link decides to which server it leads.
    const found = await lstat(link);
    if (found.uid !== process.geteuid?.() || (await readlink(link)) !== clusterFolder) {
      throw new EmbeddedPostgresError(
        `${link} should lead to ${clusterFolder}, whose path is too long for a Unix socket, but somebody else made it. Remove it, or set DATA_DIR to a shorter path.`,
      );
    }
  }
  return link;
}

/**
 * The address of a database behind a socket in this folder, in the form that pg and libpq read. It names
 * each part, also those that are the default: what it leaves out they take from the environment.
 */
export function socketAddress(folder: string, database: string): string {
  return `postgresql://postgres@localhost/${encodeURIComponent(database)}?host=${encodeURIComponent(folder)}&port=${SOCKET_PORT}&sslmode=disable`;
}
