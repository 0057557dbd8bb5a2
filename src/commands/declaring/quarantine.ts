import type { Command } from 'commander';
import { discard, printQuarantine, replay } from '../quarantine';
import { onDatabase } from './onDatabase';
import { write } from './terminal';

/** What could not be read. */
export function declareQuarantine(program: Command): void {
  const quarantine = program.command('quarantine').description('events that could not be read');
  quarantine
    .command('list')
    .description('the records that wait, and why each could not be read')
    .option('--json', 'one JSON value')
    .option('--discarded', 'what was discarded, by whom and why')
    .action((options: Parameters<typeof printQuarantine>[1]) =>
      onDatabase((database) => printQuarantine(database, options, write)),
    );
  quarantine
    .command('replay')
    .description('read the records again, as after a new release or another setting')
    .option('--discarded', 'also what was discarded')
    .action((options: { discarded?: boolean }) =>
      onDatabase((database, config) => replay(database, config, options, write)),
    );
  quarantine
    .command('discard')
    .argument('[ids...]', 'as quarantine list shows them')
    .option('--code <code>', 'all that wait for this reason, such as NOT_JSON')
    .requiredOption('--by <name>', 'who discards them')
    .requiredOption('--why <text>', 'why they are junk')
    .description('take junk out of what waits, on record; the records are kept')
    .action((ids: string[], said: { code?: string; by: string; why: string }) =>
      onDatabase((database) => discard(database, { ids, ...said }, write)),
    );
}
