import { execFile } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codeOf } from '../thrown';

/** The process number in postmaster.pid, which a server writes into its data folder while it runs. */
export async function readServerPid(clusterFolder: string): Promise<number | undefined> {
  const text = await readFile(join(clusterFolder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/**
 * Whether the process with this number is a server at work on this folder. After a restart of the
 * machine the number in a left postmaster.pid may belong to anything, and a dead server that nobody
 * waited for keeps its number as a zombie.
 */
export async function isServerOf(clusterFolder: string, pid: number): Promise<boolean> {
  if (process.platform !== 'linux') {
    const asked = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'stat=,comm=']).catch(
      () => ({ stdout: '' }),
    );
    return /^[^Z]\S*\s+\S*postgres/.test(asked.stdout.trim());
  }
  // "8887 (postgres) S …": the name in parentheses, then the state.
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (!/^\d+ \(postgres\) [^ZX]/.test(status)) return false;
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(clusterFolder));
  } catch (error) {
    // root without the right to look into other users' processes, as in many containers.
    return codeOf(error) === 'EACCES';
  }
}
