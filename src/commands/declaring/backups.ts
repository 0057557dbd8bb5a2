import type { Command } from 'commander';
import { onDatabase } from './onDatabase';
import { HELD_EXIT_CODE, note, version, write } from './terminal';

/** What keeps a copy of all that cannot be made again. */
export function declareBackups(program: Command): void {
  program
    .command('backup')
    .argument('<file>', 'a new file, or - for the standard output')
    .description(
      'all that cannot be made again, into one compressed file, while everything goes on',
    )
    .action((file: string) =>
      onDatabase(
        async (database, _config, _url, closers) => {
          const { writeBackup } = await import('../backup.js');
          await writeBackup(database, file, version, note, closers);
        },
        { asIs: true },
      ),
    );

  program
    .command('restore')
    .argument('<file>', 'what backup wrote, or - for the standard input')
    .description('put a backup into an empty database, and make all else from it')
    .action(async (file: string) => {
      const { openBackup, readBackup } = await import('../backup.js');
      const backup = await openBackup(file);
      await onDatabase(
        async (database, config) => {
          const status = await readBackup(database, config, backup, { write, note });
          if (status === 'HELD') process.exitCode = HELD_EXIT_CODE;
        },
        { makes: true, asIs: true },
      ).finally(() => backup.close());
    });
}
