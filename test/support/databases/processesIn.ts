import { readdir, readFile, readlink, realpath } from 'node:fs/promises';

/** The numbers of living processes at work in a folder or below it, as Linux knows them. */
export async function processesIn(folder: string): Promise<number[]> {
  const root = await realpath(folder);
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const cwd = await readlink(`/proc/${name}/cwd`).catch(() => '');
    if (cwd !== root && !cwd.startsWith(`${root}/`)) continue;
    const status = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    if (/\) [^ZX]/.test(status)) found.push(Number(name));
  }
  return found;
}
