import {
  chmod,
  chown,
  lchown,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, messageOf } from '../thrown';
import { EmbeddedPostgresError, explainFailure, goesOn } from './binaries/failure';
import { runProgram } from './binaries/runProgram';
import type { ServerUser } from './binaries/serverUser';
import type { Binaries } from './binaries/usableBinaries';

const MINUTE = 60_000;

export interface ClusterOptions {
  /** Whether what is written must outlive a loss of power. */
  readonly durable: boolean;
  /** Ends the making of new data. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How the server is told its folder. The server's user may have no way into the folders above it (as
 * under /root); the programs are started inside it, and Linux lets a process use the folder it is in.
 */
export function folderArgument(clusterFolder: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd' : clusterFolder;
}

/** The major version that made the data, or undefined where there is no data yet. */
async function dataVersion(clusterFolder: string): Promise<string | undefined> {
  try {
    return (await readFile(join(clusterFolder, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const entries = await readdir(clusterFolder).catch(() => []);
  if (entries.length === 0) return undefined;
  throw new EmbeddedPostgresError(
    `${clusterFolder} holds files, but no data of PostgreSQL. Set DATA_DIR to another folder, or empty this one.`,
  );
}

async function giveTo(user: ServerUser, folder: string): Promise<void> {
  const { uid, gid } = user;
  if (uid === undefined || gid === undefined) return;
  await chown(folder, uid, gid);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await giveTo(user, path);
    else await lchown(path, uid, gid);
  }
}

/** Such as a folder that was unpacked, or that a volume was mounted on: the server insists on having it for itself. */
async function closeToOthers(folder: string): Promise<void> {
  if (((await stat(folder)).mode & 0o7077) !== 0) await chmod(folder, 0o700);
}

/** Drafts of starts that were killed while they made a cluster. */
async function removeAbandonedDrafts(clusterFolder: string): Promise<void> {
  const parent = dirname(clusterFolder);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(clusterFolder)}.new-`)) continue;
    const draft = join(parent, name);
    const age = Date.now() - ((await stat(draft).catch(() => undefined))?.mtimeMs ?? Date.now());
    const maker = Number(/\.new-(\d+)-/.exec(name)?.[1]);
    if (age > 5 * MINUTE || !isAlive(maker)) {
      await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** A rename lasts through a loss of power only when the folder that holds the name is written too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the data under another name and renames it when whole: what bears the name is never half made. */
async function createCluster(
  clusterFolder: string,
  user: ServerUser,
  binaries: Binaries,
  { durable, signal }: ClusterOptions,
): Promise<void> {
  const draft = `${clusterFolder}.new-${process.pid}-${Date.now()}`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await giveTo(user, draft);
    const { ok, said } = await runProgram(
      binaries.initdb,
      [
        `--pgdata=${folderArgument(draft)}`,
        '--username=postgres',
        '--auth=trust',
        '--locale=C',
        '--encoding=UTF8',
        ...(durable ? [] : ['--no-sync']),
      ],
      user,
      draft,
      signal,
    );
    goesOn(signal);
    if (!ok) throw explainFailure('Making a new database', clusterFolder, said);
    await rename(draft, clusterFolder);
    if (durable) await syncFolder(dirname(clusterFolder));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another start on the same folder was faster: its data is as good.
    if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return;
    throw error;
  }
}

/** Sees to it that the folder holds data that these programs can serve, owned by their user. */
export async function prepareCluster(
  clusterFolder: string,
  user: ServerUser,
  binaries: Binaries,
  options: ClusterOptions,
): Promise<void> {
  try {
    await removeAbandonedDrafts(clusterFolder);
    const version = await dataVersion(clusterFolder);
    if (version === undefined) {
      await createCluster(clusterFolder, user, binaries, options);
    } else if (version !== String(binaries.majorVersion)) {
      throw new EmbeddedPostgresError(
        `${clusterFolder} was made by PostgreSQL ${version}, and the embedded server is PostgreSQL ${binaries.majorVersion}. Back it up with the release that made it (techorda backup FILE), set DATA_DIR to a new folder, and restore it there with this one (techorda restore FILE).`,
      );
    } else if (user.uid === undefined) {
      await closeToOthers(clusterFolder);
    } else if ((await stat(clusterFolder)).uid === user.uid) {
      await closeToOthers(clusterFolder);
    } else {
      // Such as a backup that root copied back: the server insists on owning its data.
      await giveTo(user, clusterFolder);
      await chmod(clusterFolder, 0o700);
    }
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw explainFailure('Preparing the data folder', clusterFolder, messageOf(error));
  }
}
