import { chmod, cp, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../../thrown';
import { makeLibraryLinks, type PackagedBinaries } from './packagedBinaries';

/** A user without an entry in the list of users, and without HOME, has none. */
function cacheOfHome(): string | undefined {
  try {
    return join(homedir(), '.cache');
  } catch {
    return undefined;
  }
}

/** Where a copy of the programs may lie, the longer lived first. */
export function copyFolders(): string[] {
  const home = process.geteuid?.() === 0 ? '/var/cache' : cacheOfHome();
  return [...(home === undefined ? [] : [home]), tmpdir(), '/tmp'];
}

/** Only what we made, and nobody else can change, may be run: anyone can make a folder of this name in /tmp. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return (
    found !== undefined &&
    found.isDirectory() &&
    found.uid === process.geteuid?.() &&
    (found.mode & 0o022) === 0
  );
}

/** Everyone may read and enter, as packages do that were unpacked under a strict umask. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}

/**
 * A copy of the programs in a folder of this parent, made once for each version and user. It appears
 * under its name only when it is whole. Undefined where none can be had there.
 */
export async function copyOfBinaries(
  packaged: PackagedBinaries,
  parent: string,
  log: (line: string) => void,
): Promise<string | undefined> {
  const name = `techorda-postgresql-${packaged.version}-${process.arch}-${process.geteuid?.()}`;
  const target = join(parent, name, 'native');
  if (await isOurs(join(parent, name))) return target;
  const draft = join(parent, `${name}.new-${process.pid}-${Date.now()}`);
  try {
    await mkdir(draft, { recursive: true, mode: 0o755 });
    log(`Copying the programs of PostgreSQL to ${join(parent, name)}, where they can be run.`);
    await cp(packaged.folder, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await openToAll(draft);
    await makeLibraryLinks(join(draft, 'native'));
    await rename(draft, join(parent, name));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another start was faster: its copy is as good, if it is ours.
    const taken = codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST';
    return taken && (await isOurs(join(parent, name))) ? target : undefined;
  }
  return target;
}

/** Removes a copy that proved unfit. */
export async function dropCopy(nativeFolder: string): Promise<void> {
  await rm(join(nativeFolder, '..'), { recursive: true, force: true }).catch(() => undefined);
}
