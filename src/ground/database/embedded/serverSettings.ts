import { statfs } from 'node:fs/promises';

/** PostgreSQL's settings by name. */
export type ServerSettings = Readonly<Record<string, string>>;

/** For a machine of two cores and a few gigabytes, with real data. */
const usual: ServerSettings = {
  listen_addresses: '',
  // Relative to the data folder: the length of the folder's path does not matter to the server.
  unix_socket_directories: '.',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '256MB',
  work_mem: '32MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

/** For data that nobody will miss, such as that of tests: much faster, lost with the machine's power. */
export const CARELESS_SETTINGS: ServerSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/** Parallel queries share memory through /dev/shm, of which containers have 64 MB by default. */
async function sharedMemoryIsScarce(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const found = await statfs('/dev/shm').catch(() => undefined);
  return found === undefined || found.blocks * found.bsize < 512 * 1024 * 1024;
}

export async function allSettings(given: ServerSettings): Promise<ServerSettings> {
  const scarce = await sharedMemoryIsScarce();
  return { ...usual, ...(scarce ? { dynamic_shared_memory_type: 'sysv' } : {}), ...given };
}

export function asArguments(settings: ServerSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
