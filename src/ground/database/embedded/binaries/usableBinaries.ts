import { join } from 'node:path';
import { copyFolders, copyOfBinaries, dropCopy } from './binaryCopy';
import { EmbeddedPostgresError } from './failure';
import { findPackagedBinaries, makeLibraryLinks } from './packagedBinaries';
import { runProgram } from './runProgram';
import type { ServerUser } from './serverUser';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly majorVersion: number;
}

type Trial = { readonly binaries: Binaries } | { readonly said: string };

/** Whether the server's program runs for this user, by running it: permissions and libraries alike are tried. */
async function tryBinaries(binFolder: string, user: ServerUser): Promise<Trial> {
  const postgres = join(binFolder, 'postgres');
  const { ok, said } = await runProgram(postgres, ['--version'], user);
  const majorVersion = Number(/PostgreSQL\) (\d+)/.exec(said)?.[1]);
  if (!ok || Number.isNaN(majorVersion)) return { said };
  return { binaries: { initdb: join(binFolder, 'initdb'), postgres, majorVersion } };
}

/**
 * Programs that the given user can run: those of the package, or a copy of them where the package lies
 * in a folder that the user cannot enter (as under /root), or cannot be completed because it is read-only.
 */
export async function usableBinaries(
  user: ServerUser,
  log: (line: string) => void,
): Promise<Binaries> {
  const packaged = await findPackagedBinaries();
  await makeLibraryLinks(packaged.folder);
  const inPlace = await tryBinaries(join(packaged.folder, 'bin'), user);
  if ('binaries' in inPlace) return inPlace.binaries;

  let lastSaid = inPlace.said;
  for (const parent of copyFolders()) {
    // A copy may have lost files to a cleaner of temporary folders: then it is made once more.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const copy = await copyOfBinaries(packaged, parent, log);
      if (copy === undefined) break;
      const copied = await tryBinaries(join(copy, 'bin'), user);
      if ('binaries' in copied) return copied.binaries;
      lastSaid = copied.said;
      await dropCopy(copy);
    }
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL in ${packaged.folder} cannot be run here. Set DATABASE_URL to a PostgreSQL 15 to 18. It said:\n${lastSaid.trim()}`,
  );
}

/** Programs of a PostgreSQL that the machine already has. */
export async function installedBinaries(binFolder: string, user: ServerUser): Promise<Binaries> {
  const trial = await tryBinaries(binFolder, user);
  if ('binaries' in trial) return trial.binaries;
  throw new EmbeddedPostgresError(
    `The PostgreSQL in ${binFolder} cannot be run. It said:\n${trial.said.trim()}`,
  );
}
