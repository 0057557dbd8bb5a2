import type { Command } from 'commander';
import { LEDGER_KINDS } from '../../api/access/ledger/ledger';
import { printLedger } from '../ledger';
import { printStatus } from '../status';
import { onDatabase } from './onDatabase';
import { write } from './terminal';

/** What says how things are, and what was done. */
export function declareReports(program: Command): void {
  program
    .command('status')
    .option('--json', 'one JSON value')
    .description('data version, freshness, last runs, counts of each layer')
    .action((options: { json?: boolean }) =>
      onDatabase((database) => printStatus(database, options, write)),
    );

  program
    .command('ledger')
    .option('--since <when>', 'from a day, a moment or a time before now such as 7d on', '24h')
    .option('--until <when>', 'before such a time; a day to its end')
    .option('--kind <kind>', `entries of one kind: ${LEDGER_KINDS.join(', ')}`)
    .option('--caller <name>', 'what one key or token did, by its id or its name')
    .option('--operation <name>', 'what was done by one operation')
    .option('--json', 'one JSON value')
    .description('who read clear BINs, looked companies up, was refused, changed keys')
    .action((options: Parameters<typeof printLedger>[1]) =>
      onDatabase((database) => printLedger(database, options, write)),
    );
}
