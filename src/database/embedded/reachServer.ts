import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError, explainFailure } from './failure';
import { isServerOf, readServerPid } from './postmasterFile';
import { holdServer, type ServerHold } from './serverHold';
import { launchServer, logFile, type Launch, type ServerProcess } from './serverProcess';

const SECOND = 1_000;

export interface ReachOptions extends Omit<Launch, 'stalePid'> {
  /** The folder by which the server's socket is reached. */
  readonly clientFolder: string;
  readonly log: (line: string) => void;
  /** Called if the connection to the server breaks later. */
  readonly onLost: () => void;
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

/**
 * Claims the server that runs on the folder, or starts one. Any number of processes may do this at
 * once: PostgreSQL itself lets only one server have the folder, and whoever loses finds the winner's.
 */
export async function reachServer(options: ReachOptions): Promise<ReachedServer> {
  const { clusterFolder, clientFolder, log, onLost } = options;
  const begun = Date.now();
  const patience = options.patience ?? 600 * SECOND;
  let process: ServerProcess | undefined;
  let nextNotice = begun + 5 * SECOND;
  for (;;) {
    const hold = await holdServer(clientFolder, onLost);
    const pid = await readServerPid(clusterFolder);
    if (typeof hold !== 'string') {
      if (pid !== undefined) return { hold, pid, adopted: pid !== process?.pid };
      await hold.abandon();
    }

    const waited = Date.now() - begun;
    const said = await process?.ended();
    if (said !== undefined) {
      process = undefined;
      if (!isTaken(said) || waited > 60 * SECOND) {
        throw explainFailure('Starting the embedded PostgreSQL server', clusterFolder, said);
      }
      await sleep(200);
    } else if (process === undefined && hold === 'absent') {
      const running = pid !== undefined && (await isServerOf(clusterFolder, pid));
      if (!running) process = await launchServer({ ...options, stalePid: pid });
    }
    if (waited > patience) throw unanswered(clusterFolder, pid, waited);
    if (Date.now() > nextNotice) {
      log(
        `Waiting for the embedded PostgreSQL server to be ready; its log is ${logFile(clusterFolder)}.`,
      );
      nextNotice = Date.now() + 15 * SECOND;
    }
    await sleep(25);
  }
}

function unanswered(clusterFolder: string, pid: number | undefined, waited: number): Error {
  const who = pid === undefined ? 'The embedded PostgreSQL server' : `The PostgreSQL server ${pid}`;
  return new EmbeddedPostgresError(
    `${who} on ${clusterFolder} does not answer for ${Math.round(waited / SECOND)} seconds. Stop that process, or set DATA_DIR to another folder. Its log is ${logFile(clusterFolder)}.`,
  );
}
