import { createReadStream, createWriteStream } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pipeline as piped, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Knex } from 'knex';
import { backUp } from '../warehouse/backup/backup';
import { BackupFailed, BrokenBackup, RestoreRefused } from '../warehouse/backup/failures';
import type { Header } from '../warehouse/backup/format';
import { readHeader, restore } from '../warehouse/backup/restore';
import { Sections } from '../warehouse/backup/sections';
import type { Config } from '../config/config';
import { codeOf } from '../ground/database/thrown';
import type { Closers } from './preparing/ending';
import { patienceOf, prepareKeepingMask } from './preparing/prepareDatabase';
import { progressLine } from './telling/progressLine';
import { runRefresh } from './refresh';
import { count, type Write } from './telling/writing';

const STANDARD = '-';

async function refuseExisting(file: string): Promise<void> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there) throw new BackupFailed(`${file} is there already; expected the name of a new file.`);
}

function writeFailure(file: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new BackupFailed(
      `There is no room for the backup in ${dirname(resolve(file))}; nothing of it is left there.`,
    );
  }
  // PostgreSQL's errors have codes too, and no system call.
  if (code === undefined || syscall === undefined) return error;
  return new BackupFailed(
    `The backup cannot be written to ${file} (${code}); nothing of it is left there.`,
  );
}

/** A file bears its name only once all of it is on the disk. It holds personal data: it is its owner's alone. */
async function writeFile(file: string, content: Readable, closers: Closers): Promise<number> {
  const unfinished = `${file}.unfinished-${process.pid}`;
  const remove = () => rm(unfinished, { force: true });
  closers.add(Promise.resolve(), remove);
  try {
    const out = createWriteStream(unfinished, { flags: 'wx', mode: 0o600 });
    await pipeline(content, createGzip({ level: 4 }), out);
    const written = await open(unfinished, 'r+');
    await written.sync().finally(() => written.close());
    await rename(unfinished, file);
    const folder = await open(dirname(resolve(file)), 'r');
    await folder.sync().finally(() => folder.close());
    return out.bytesWritten;
  } catch (error) {
    await remove();
    throw writeFailure(file, error);
  }
}

/**
 * `techorda backup`: all that cannot be made again, into one file, while everything goes on. `-` is the standard
 * output. The tables are read as they are: nothing is migrated.
 */
export async function writeBackup(
  database: Knex,
  file: string,
  product: string,
  note: (line: string) => void,
  closers: Closers,
): Promise<void> {
  if (file !== STANDARD) await refuseExisting(file);
  const line = progressLine('backup', undefined);
  let rows = 0;
  let size: number | undefined;
  await backUp(
    database,
    {
      product,
      onTable: (table, found) => {
        rows += found;
        line.update(rows, table);
      },
    },
    async (content) => {
      const source = Readable.from(content, { objectMode: false });
      if (file === STANDARD)
        await pipeline(source, createGzip({ level: 4 }), process.stdout, { end: false });
      else size = await writeFile(file, source, closers);
    },
  ).finally(() => line.stop());
  const where = size === undefined ? '' : ` in ${file}, ${(size / 1_048_576).toFixed(1)} MB`;
  note(
    `Backed up ${count(rows)} rows${where}. It holds personal data: keep it as you keep the source's.`,
  );
}

function readFailure(file: string, error: unknown): unknown {
  const code = codeOf(error) ?? '';
  const nothing = 'nothing of it was loaded.';
  if (code === 'ENOENT') return new BackupFailed(`There is no file ${JSON.stringify(file)}.`);
  if (code === 'EACCES' || code === 'EPERM') {
    return new BackupFailed(`The file ${file} may not be read by this user.`);
  }
  if (code === 'EISDIR')
    return new BackupFailed(`${file} is a folder; expected the file of a backup.`);
  if (code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR') {
    return new BackupFailed(
      `${file} is no backup, or broken or cut short (${(error as Error).message}); ${nothing}`,
    );
  }
  if (error instanceof RestoreRefused) return new BackupFailed(`${file}: ${error.message}`);
  if (error instanceof BrokenBackup)
    return new BackupFailed(`${file}: ${error.message} Thus ${nothing}`);
  return error;
}

/** A backup that can be restored by this release, read up to the end of its header. */
export interface OpenBackup {
  readonly file: string;
  readonly header: Header;
  readonly sections: Sections;
  close(): void;
}

/**
 * Reads the beginning of a backup, before there is a database for it: what is none must leave nothing behind. Throws
 * BackupFailed.
 */
export async function openBackup(file: string): Promise<OpenBackup> {
  const unzipped = createGunzip();
  // What goes wrong with the file is met where its content is read.
  piped(file === STANDARD ? process.stdin : createReadStream(file), unzipped, () => undefined);
  const sections = new Sections(unzipped);
  const close = () => void unzipped.destroy();
  try {
    return { file, header: await readHeader(sections), sections, close };
  } catch (error) {
    close();
    throw readFailure(file, error);
  }
}

/**
 * `techorda restore`: a backup into an empty database, and all that is made from it. The analysts' views mask
 * what they masked where the backup was made.
 */
export async function readBackup(
  database: Knex,
  config: Config,
  { file, header, sections }: OpenBackup,
  { write, note }: { readonly write: Write; readonly note: (line: string) => void },
): Promise<'PUBLISHED' | 'UNCHANGED' | 'HELD'> {
  const line = progressLine('restore', undefined);
  let loaded = 0;
  await restore(database, header, sections, {
    patience: patienceOf(config, note),
    onTable: (table, rows) => {
      loaded += rows;
      line.update(loaded, table);
    },
  })
    .catch((error: unknown) => {
      throw readFailure(file, error);
    })
    .finally(() => line.stop());
  write(
    `Restored ${count(loaded)} rows of the backup of ${header.madeAt}; Silver and Gold are made from them now.\n`,
  );
  await prepareKeepingMask(database, config, note);
  const { status } = await runRefresh(
    database,
    { full: true, reason: 'restore', gates: config.GATES },
    write,
  );
  return status;
}
