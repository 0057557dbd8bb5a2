/** A backup could not be written, or not be read. The message says why. */
export class BackupFailed extends Error {
  override readonly name = 'BackupFailed';
}

/** There is nothing to back up. */
export class NothingToBackUp extends Error {
  override readonly name = 'NothingToBackUp';
}

/** What is read is no backup, or not all of one. */
export class BrokenBackup extends Error {
  override readonly name = 'BrokenBackup';
}

/** It cannot be restored here. The message says why, and nothing was changed. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused';
}
