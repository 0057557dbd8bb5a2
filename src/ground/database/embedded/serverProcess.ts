import { spawn } from 'node:child_process';
import { open, readFile, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderArgument } from './clusterFolder';
import { messageOf } from '../thrown';
import { EmbeddedPostgresError, explainFailure } from './binaries/failure';
import { isServerOf } from './postmasterFile';
import { PROGRAM_ENVIRONMENT } from './binaries/runProgram';
import { asArguments, type ServerSettings } from './serverSettings';
import type { ServerUser } from './binaries/serverUser';
import { ACCESS_FILE, writeAccessFile } from './tcpAccess';

const SECOND = 1_000;
/** How long a server that serves nobody yet may take to end, in milliseconds, for each signal. */
const UNREADY_PATIENCE = 2 * SECOND;
const LOG_SIZE_TO_KEEP = 10 * 1024 * 1024;

export interface ServerProcess {
  readonly pid: number | undefined;
  /** What the server wrote before it ended; undefined while it runs. */
  ended(): Promise<string | undefined>;
  /** Ends it, whether it answers or not. */
  stop(): Promise<void>;
}

export interface Launch {
  readonly clusterFolder: string;
  readonly program: string;
  readonly settings: ServerSettings;
  readonly user: ServerUser;
  /** A number in postmaster.pid that was found to be no server's. */
  readonly stalePid: number | undefined;
}

/** Beside the data, so that it outlives both this process and the server. */
export function logFile(clusterFolder: string): string {
  return join(dirname(clusterFolder), 'postgres.log');
}

async function openLog(path: string, { uid, gid }: ServerUser): Promise<FileHandle> {
  const sizeBefore = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (sizeBefore > LOG_SIZE_TO_KEEP) await rename(path, `${path}.old`);
  const log = await open(path, 'a', 0o600);
  if (uid !== undefined && gid !== undefined) await log.chown(uid, gid);
  return log;
}

/** Starts the server as a process of its own, which goes on if this one is killed. */
export async function launchServer(launch: Launch): Promise<ServerProcess> {
  const { clusterFolder, program, settings, user, stalePid } = launch;
  const logPath = logFile(clusterFolder);
  await writeAccessFile(clusterFolder, user).catch((error: unknown) => {
    throw explainFailure('Preparing the data folder', clusterFolder, messageOf(error));
  });
  const log = await openLog(logPath, user).catch((error: unknown) => {
    throw explainFailure("Opening the server's log", dirname(clusterFolder), messageOf(error));
  });
  try {
    const offset = (await log.stat()).size;
    const folder = folderArgument(clusterFolder);
    const access = `hba_file=${folder}/${ACCESS_FILE}`;
    const child = spawn(program, ['-D', folder, '-c', access, ...asArguments(settings)], {
      ...user,
      cwd: clusterFolder,
      env: {
        ...PROGRAM_ENVIRONMENT,
        // The server clears a left postmaster.pid away by itself, safely, unless a process with that
        // number lives. This tells it that the one which lives is none of its kind.
        ...(stalePid === undefined ? {} : { PG_GRANDPARENT_PID: String(stalePid) }),
      },
      stdio: ['ignore', log.fd, log.fd],
      // Control-C in the terminal would stop the server under the work that is being ended.
      detached: true,
    });
    let over: { readonly why: string } | undefined;
    child.on('error', (error) => (over = { why: messageOf(error) }));
    child.on('exit', () => (over ??= { why: '' }));
    child.unref();
    return {
      pid: child.pid,
      async ended() {
        if (over === undefined) return undefined;
        const written = await readFile(logPath).catch(() => Buffer.alloc(0));
        return `${written.subarray(offset).toString('utf8')}${over.why}`;
      },
      async stop() {
        for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
          child.kill(signal);
          const deadline = Date.now() + UNREADY_PATIENCE;
          while (over === undefined && Date.now() < deadline) await sleep(20);
          if (over !== undefined) return;
        }
      },
    };
  } finally {
    await log.close();
  }
}

async function waitForEnd(clusterFolder: string, pid: number, limit: number): Promise<boolean> {
  const deadline = Date.now() + limit;
  while (await isServerOf(clusterFolder, pid)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/**
 * Stops a server: first so that everything is written and the next start is quick, then, if that takes
 * too long, at once, which loses nothing either but leaves the next start to recover.
 */
export async function stopServer(
  clusterFolder: string,
  pid: number,
  patience = 60 * SECOND,
): Promise<void> {
  for (const [signal, limit] of [
    ['SIGINT', patience],
    ['SIGQUIT', 15 * SECOND],
  ] as const) {
    if (!(await isServerOf(clusterFolder, pid))) return;
    process.kill(pid, signal);
    if (await waitForEnd(clusterFolder, pid, limit)) return;
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL server, process ${pid}, does not stop. Its log is ${logFile(clusterFolder)}.`,
  );
}
