import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { clientPath, socketAddress } from './clientPath';
import { prepareCluster } from './clusterFolder';
import { messageOf } from '../thrown';
import { explainFailure, explainUnmadeFolder, goesOn } from './binaries/failure';
import { forgetLibpqVariables } from './libpqVariables';
import { makeFolders } from './makeFolders';
import { reachServer, type ReachedServer, type ReachOptions } from './reachServer';
import { stopServer } from './serverProcess';
import { allSettings, type ServerSettings } from './serverSettings';
import { chooseServerUser } from './binaries/serverUser';
import { tcpPortOf, tcpSettings } from './tcpAccess';
import { installedBinaries, usableBinaries } from './binaries/usableBinaries';

export interface EmbeddedPostgresOptions {
  /** Made if missing; holds the data in postgres/ and the server's log in postgres.log. */
  readonly dataDir: string;
  /** Receives a sentence when something takes time or was out of order. */
  readonly log?: (line: string) => void;
  /** PostgreSQL settings that go before the usual ones. A server that runs already keeps its own. */
  readonly settings?: ServerSettings;
  /** A port of 127.0.0.1 on which it listens too, for analysts. A server that runs already keeps its own. */
  readonly port?: number | undefined;
  /** Ends the start, wherever it is: it fails, and no process of it is left. */
  readonly signal?: AbortSignal;
  /** The folder of initdb and postgres of an installed PostgreSQL to use instead of the packaged one. */
  readonly binFolder?: string;
}

export interface EmbeddedPostgres {
  /** Address of the database `techorda`, over a Unix socket. */
  readonly url: string;
  readonly pid: number;
  /** The port of 127.0.0.1 on which it listens; undefined where it listens on none. */
  readonly tcpPort: number | undefined;
  /** True if the server ran already, left behind by a killed process or shared with a living one. */
  readonly adopted: boolean;
  /** The numbers of the other processes that used it when it was claimed. */
  readonly sharedWith: readonly number[];
  /** Gives the server up; stops it, having written everything, if no other process uses it. */
  stop(): Promise<void>;
}

const DATABASE = 'techorda';

/**
 * A PostgreSQL server of our own on a data folder. Works as root and as an ordinary user, for several
 * processes on one folder at once, and after any of them or the server was killed. While it is held,
 * a server that dies is started again under the same address.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  forgetLibpqVariables();
  const log = options.log ?? (() => undefined);
  const { signal } = options;
  const clusterFolder = join(await makeFolder(options.dataDir), 'postgres');
  const user = await chooseServerUser(clusterFolder);
  const binaries =
    options.binFolder === undefined
      ? await usableBinaries(user, log)
      : await installedBinaries(options.binFolder, user);
  const settings = await allSettings({
    ...tcpSettings(options.port),
    ...options.settings,
  });
  goesOn(signal);
  await prepareCluster(clusterFolder, user, binaries, {
    durable: settings['fsync'] !== 'off',
    signal,
  });

  let stopping: Promise<void> | undefined;
  let current: Promise<ReachedServer>;
  const reach: ReachOptions = {
    clusterFolder,
    clientFolder: await clientPath(clusterFolder),
    program: binaries.postgres,
    settings,
    user,
    log,
    onLost() {
      if (stopping !== undefined) return;
      log('The embedded PostgreSQL server has gone away; bringing it back.');
      current = reachServer(reach);
      current.catch((error: unknown) => log(messageOf(error)));
    },
  };
  current = reachServer({ ...reach, signal });
  const { pid, adopted, hold } = await current;
  const stop = async () => {
    const reached = await current.catch(() => undefined);
    if (reached === undefined || !(await reached.hold.release())) return;
    await stopServer(clusterFolder, reached.pid);
    await reached.hold.abandon();
  };
  let sharedWith: readonly number[];
  try {
    await hold.createDatabase(DATABASE);
    sharedWith = await hold.otherHolders();
  } catch (error) {
    stopping = stop();
    await stopping;
    throw explainFailure('Making the database', clusterFolder, messageOf(error));
  }
  return {
    url: socketAddress(reach.clientFolder, DATABASE),
    pid,
    tcpPort: await tcpPortOf(clusterFolder),
    adopted,
    sharedWith,
    stop: () => (stopping ??= stop()),
  };
}

/** The folder's true path: two spellings of one folder must lead to one server. */
async function makeFolder(dataDir: string): Promise<string> {
  const folder = resolve(dataDir);
  try {
    await makeFolders(folder);
    return await realpath(folder);
  } catch (error) {
    throw explainUnmadeFolder(folder, error);
  }
}
