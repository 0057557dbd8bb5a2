import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './failure';

/**
 * As whom the server's programs run. PostgreSQL refuses to run as root, so for root this is another
 * user; everyone else runs the server as themselves, and uid and gid are absent.
 */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

const NOBODY: ServerUser = { uid: 65_534, gid: 65_534 };

async function nobody(): Promise<ServerUser> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = accounts
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
    ?.split(':');
  const uid = Number(fields?.[2]);
  const gid = Number(fields?.[3]);
  return uid > 0 && gid > 0 ? { uid, gid } : NOBODY;
}

/**
 * The user for the data in a folder. For root it is whoever owns the data, or else the folder above it,
 * so that root and an ordinary user can take turns on one folder.
 */
export async function chooseServerUser(clusterFolder: string): Promise<ServerUser> {
  const own = process.geteuid?.();
  if (own === undefined) {
    throw new EmbeddedPostgresError(
      'The embedded PostgreSQL runs on Linux and macOS only. Set DATABASE_URL to a PostgreSQL 15 to 18.',
    );
  }
  const owner = await stat(clusterFolder).catch(() => undefined);
  if (own === 0) {
    const { uid, gid } = owner ?? (await stat(dirname(clusterFolder)));
    return uid === 0 ? await nobody() : { uid, gid };
  }
  if (owner !== undefined && owner.uid !== own) {
    throw new EmbeddedPostgresError(
      `${clusterFolder} belongs to the user with the number ${owner.uid}, and this program runs as number ${own}. Start it as that user or as root, or set DATA_DIR to another folder.`,
    );
  }
  return {};
}
