import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError, explainFailure, goesOn } from './binaries/failure';
import { SOCKET_PORT } from './clientPath';
import { isServerOf, readServerPid } from './postmasterFile';
import { linkSocket } from './tcpAccess';
import { holdServer, type NoHold, type ServerHold } from './serverHold';
import { launchServer, logFile, type Launch, type ServerProcess } from './serverProcess';

const SECOND = 1_000;

export interface ReachOptions extends Omit<Launch, 'stalePid'> {
  /** The folder by which the server's socket is reached. */
  readonly clientFolder: string;
  readonly log: (line: string) => void;
  /** Called if the connection to the server breaks later. */
  readonly onLost: () => void;
  /** Ends the attempt. */
  readonly signal?: AbortSignal | undefined;
  /** The longest recovery that is waited for. */
  readonly patience?: number;
}

export interface ReachedServer {
  readonly hold: ServerHold;
  readonly pid: number;
  /** The server was there already, or somebody else started it at the same time. */
  readonly adopted: boolean;
}

/** The server found the folder in use: by another start that was faster, or by remains of a killed server. */
function isTaken(said: string): boolean {
  return /lock file ".*" already exists|pre-existing shared memory block/.test(said);
}

/** A server that starts makes its socket first of all. Where there is none for so long, nobody will make it. */
const SOCKET_PATIENCE = 60 * SECOND;

/**
 * Claims the server that runs on the folder, or starts one. Any number of processes may do this at
 * once: PostgreSQL itself lets only one server have the folder, and whoever loses finds the winner's.
 * A server that was started here is not left behind where this fails.
 */
export async function reachServer(options: ReachOptions): Promise<ReachedServer> {
  const started: { process?: ServerProcess | undefined } = {};
  try {
    return await reach(options, started);
  } catch (error) {
    await started.process?.stop();
    throw error;
  }
}

async function reach(
  options: ReachOptions,
  started: { process?: ServerProcess | undefined },
): Promise<ReachedServer> {
  const { clusterFolder, clientFolder, log, onLost, signal } = options;
  const begun = Date.now();
  const patience = options.patience ?? 600 * SECOND;
  let absentSince: number | undefined;
  let nextNotice = begun + 5 * SECOND;
  for (;;) {
    goesOn(signal);
    const hold = await holdServer(clientFolder, onLost, signal);
    const pid = await readServerPid(clusterFolder);
    if (!('state' in hold)) {
      if (pid !== undefined && signal?.aborted !== true) {
        return { hold, pid, adopted: pid !== started.process?.pid };
      }
      await hold.abandon();
      continue;
    }
    if (hold.state === 'refused') throw refused(clusterFolder, hold.said);
    const running = pid !== undefined && (await isServerOf(clusterFolder, pid));
    if (hold.state === 'absent' && running) await linkSocket(clusterFolder, SOCKET_PORT);

    const now = Date.now();
    const said = await started.process?.ended();
    if (said !== undefined) {
      started.process = undefined;
      if (!isTaken(said) || now - begun > 60 * SECOND) {
        throw explainFailure('Starting the embedded PostgreSQL server', clusterFolder, said);
      }
      await sleep(200);
    } else if (started.process === undefined && hold.state === 'absent') {
      if (!running) {
        goesOn(signal);
        started.process = await launchServer({ ...options, stalePid: pid });
      }
    }
    absentSince = hold.state === 'absent' ? (absentSince ?? now) : undefined;
    if (now - begun > patience || now - (absentSince ?? now) > SOCKET_PATIENCE) {
      throw unanswered(clusterFolder, pid, now - begun, hold);
    }
    if (now > nextNotice) {
      log(
        `Waiting for the embedded PostgreSQL server to be ready (${hold.said}); its log is ${logFile(clusterFolder)}.`,
      );
      nextNotice = now + 15 * SECOND;
    }
    await sleep(25);
  }
}

function refused(clusterFolder: string, said: string): Error {
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL server on ${clusterFolder} refuses this program. It said:\n${said}`,
  );
}

function unanswered(
  clusterFolder: string,
  pid: number | undefined,
  waited: number,
  { said }: NoHold,
): Error {
  const who = pid === undefined ? 'The embedded PostgreSQL server' : `The PostgreSQL server ${pid}`;
  return new EmbeddedPostgresError(
    `${who} on ${clusterFolder} does not answer for ${Math.round(waited / SECOND)} seconds (${said}). Stop that process, or set DATA_DIR to another folder. Its log is ${logFile(clusterFolder)}.`,
  );
}
