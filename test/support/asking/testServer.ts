import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../../../src/ground/database/thrown';
import { isServerOf, readServerPid } from '../../../src/ground/database/embedded/postmasterFile';
import { stopServer } from '../../../src/ground/database/embedded/serverProcess';
import { CARELESS_SETTINGS } from '../../../src/ground/database/embedded/serverSettings';
import { startEmbeddedPostgres } from '../../../src/ground/database/embedded/startEmbeddedPostgres';

/** Followed by the number of the process whose tests they serve. */
const FOLDER_PREFIX = 'techorda-test-';

const SETTINGS = {
  ...CARELESS_SETTINGS,
  max_connections: '200',
  shared_buffers: '128MB',
  // Each test file's database is a copy that goes through the log page by page: nobody will replay it.
  wal_compression: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  checkpoint_timeout: '1h',
  // At whatever moment it comes, it would hold a table that a test locks, or a template that one copies.
  autovacuum: 'off',
};

export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function removeServer(folder: string): Promise<void> {
  const cluster = join(folder, 'postgres');
  const pid = await readServerPid(cluster);
  if (pid !== undefined && (await isServerOf(cluster, pid))) await stopServer(cluster, pid, 2_000);
  await rm(folder, { recursive: true, force: true });
}

/** A run that was killed leaves its server behind; the next run ends it. */
async function removeAbandonedServers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${FOLDER_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    // The folders of other users' runs are theirs to remove.
    await removeServer(join(tmpdir(), name)).catch(() => undefined);
  }
}

/** A server for this run alone, in a temporary folder, that trades safety for speed. */
export async function startTestServer(): Promise<TestServer> {
  await removeAbandonedServers();
  const folder = await mkdtemp(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    settings: SETTINGS,
  });
  // Jest does not reach its teardown when it is interrupted or fails on its own account.
  const endAtOnce = () => {
    try {
      process.kill(server.pid, 'SIGQUIT');
    } catch {
      // It has ended already.
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  process.once('exit', endAtOnce);
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  return {
    url: server.url,
    async stop() {
      process.off('exit', endAtOnce);
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
