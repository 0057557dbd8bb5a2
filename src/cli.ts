import { Command } from 'commander';
import { KeyRefused } from './api/access/keyRefused';
import { declareAccess } from './commands/declaring/access';
import { declareBackups } from './commands/declaring/backups';
import { declareCompletion } from './commands/declaring/completion';
import { declareProcesses } from './commands/declaring/processes';
import { declareQuarantine } from './commands/declaring/quarantine';
import { declareReports } from './commands/declaring/reports';
import { note, version } from './commands/declaring/terminal';
import { declareWarehouse } from './commands/declaring/warehouse';
import { DatabaseRefused } from './commands/preparing/databaseFailures';
import { NoWarehouse } from './commands/preparing/warehouseThere';
import { ConfigError, misspelled } from './config/config';
import { describeSettings } from './config/describeSettings';
import { RolesRefused } from './ground/database/accounts/roles';
import { PoolerRefused } from './ground/database/connecting/poolerModes';
import { LocksHeld } from './ground/database/locking/lockPatience';
import { UnfitDatabase } from './ground/database/migrating/unfitDatabase';
import { ReleaseRefused } from './ground/database/queue/releaseHeldRun';
import { BackupFailed, NothingToBackUp } from './warehouse/backup/failures';
import { DiscardRefused } from './warehouse/bronze/discard';

// A command loads what it needs when it runs: a load of events has no use for the API.

/** A reader may stop early, as `head` does: the work goes on, and further output is dropped. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const program = new Command('techorda')
  .description('The semantic layer and data API over the Techorda warehouse.')
  .version(version)
  .hook('preAction', () => misspelled().forEach(note))
  .addHelpText(
    'after',
    `\nSettings are environment variables; what holds without them is in parentheses.\n\n${describeSettings()}`,
  );

for (const declare of [
  declareProcesses,
  declareWarehouse,
  declareQuarantine,
  declareBackups,
  declareReports,
  declareAccess,
  declareCompletion,
]) {
  declare(program);
}

/** After an error the hint must stay in sight: the help, with its settings, is longer than a screen. */
function leadToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`Run "${words} --help" to see what it takes.`);
  for (const each of command.commands) leadToHelp(each, `${words} ${each.name()}`);
}
leadToHelp(program, program.name());

/** Errors whose sentence says all: where they arose does not help whoever reads it. */
const EXPECTED = [
  ConfigError,
  KeyRefused,
  NoWarehouse,
  LocksHeld,
  UnfitDatabase,
  DatabaseRefused,
  BackupFailed,
  NothingToBackUp,
  PoolerRefused,
  DiscardRefused,
  RolesRefused,
  ReleaseRefused,
];

program.parseAsync().catch((error: unknown) => {
  const isExpected = EXPECTED.some((kind) => error instanceof kind);
  const text = error instanceof Error ? error.message : String(error);
  note(text);
  if (!isExpected && process.stderr.isTTY && error instanceof Error && error.stack) {
    note(error.stack);
  }
  process.exitCode = 1;
});
