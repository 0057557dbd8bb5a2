import { codeOf, messageOf } from '../../thrown';

/** Why the embedded server could not be had, as a sentence for whoever started the program. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** Throws where the caller has been asked to end in the meantime. */
export function goesOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new EmbeddedPostgresError('The start of the embedded server was ended.');
  }
}

interface KnownCause {
  readonly sign: RegExp;
  readonly sentence: (folder: string) => string;
}

/** Signs in the words of PostgreSQL or of the operating system, the more telling first. */
const knownCauses: readonly KnownCause[] = [
  {
    sign: /No space left on device|ENOSPC|could not extend file|Disk quota exceeded|EDQUOT/i,
    sentence: (folder) =>
      `The disk that holds ${folder} is full. Free some space, or set DATA_DIR to a folder on another disk.`,
  },
  {
    sign: /Read-only file system|EROFS/i,
    sentence: (folder) =>
      `${folder} is on a read-only file system. Set DATA_DIR to a folder that can be written.`,
  },
  {
    sign: /ENOTDIR|EEXIST/,
    sentence: (folder) =>
      `${folder} cannot be made, because a file is in its way. Set DATA_DIR to another folder.`,
  },
  {
    sign: /initialized by PostgreSQL version|database files are incompatible with server/i,
    sentence: (folder) =>
      `${folder} was made by another version of PostgreSQL. Set DATA_DIR to another folder, or open the old one with the version that made it.`,
  },
  {
    sign: /could not bind IPv4 address|could not create any TCP\/IP sockets/i,
    sentence: () =>
      'The embedded server cannot listen on its port of 127.0.0.1, which another process has. Set EMBEDDED_PORT to another one.',
  },
  {
    sign: /could not look up effective user ID|could not find own.*user|user does not exist/i,
    sentence: () =>
      'The user that this program runs as has a number, but no entry in the list of users (/etc/passwd), which the programs of PostgreSQL need. Give it one, start as another user, or set DATABASE_URL to a PostgreSQL 15 to 18.',
  },
  {
    sign: /Unix-domain socket path .* is too long|could not (bind|create|set permissions of).*(Unix|socket|\.s\.PGSQL)/i,
    sentence: (folder) =>
      `No Unix socket can be made in ${folder}. Set DATA_DIR to a folder on a local disk.`,
  },
  {
    sign: /Cannot allocate memory|could not map anonymous shared memory|could not create shared memory|ENOMEM/i,
    sentence: () => 'There is too little free memory for the embedded PostgreSQL server.',
  },
  {
    sign: /could not find the database system|could not locate a valid checkpoint record|invalid checkpoint|could not read file "pg_wal|invalid data in file "global\/pg_control|could not open file "global\/pg_control/i,
    sentence: (folder) =>
      `The data in ${folder} is damaged. Restore a backup, or set DATA_DIR to an empty folder.`,
  },
  {
    sign: /has wrong ownership|has invalid permissions|Permission denied|EACCES|EPERM/i,
    sentence: (folder) =>
      `The files of the embedded server in ${folder} may not be used by this user. Start the program as the user that made them, or set DATA_DIR to another folder.`,
  },
];

/** A full sentence for a failed step: the known cause if there is one, and what was said about it. */
export function explainFailure(step: string, folder: string, said: string): EmbeddedPostgresError {
  const cause = knownCauses.find(({ sign }) => sign.test(said));
  const sentence = cause?.sentence(folder) ?? `${step} failed in ${folder}.`;
  const tail = said.trim().split('\n').slice(-12).join('\n');
  return new EmbeddedPostgresError(tail === '' ? sentence : `${sentence} It said:\n${tail}`);
}

/** A full sentence for a data folder that could not be made. */
export function explainUnmadeFolder(folder: string, error: unknown): EmbeddedPostgresError {
  const code = codeOf(error) ?? '';
  if (!['EACCES', 'EPERM', 'ENOENT', 'EINVAL', 'ENAMETOOLONG', 'ELOOP'].includes(code)) {
    return explainFailure('Making the data folder', folder, messageOf(error));
  }
  return new EmbeddedPostgresError(
    `The data folder ${folder} cannot be made: ${messageOf(error)}. Set DATA_DIR to a folder in which this user may make files.`,
  );
}
