import type { Command } from 'commander';
import { requestRefresh } from '../../ground/database/queue/refreshQueue';
import { countsText, ingestFiles } from '../ingest';
import { printRelease } from '../release';
import { onDatabase } from './onDatabase';
import { daysOf, scaleOf, shareOf } from './optionValues';
import { HELD_EXIT_CODE, note, write } from './terminal';

/** What loads events, and what brings the tables up to date with them. */
export function declareWarehouse(program: Command): void {
  program
    .command('ingest')
    .argument(
      '<files...>',
      'dumps as `kcat -C -J` prints them, plain or gzipped; - is the standard input',
    )
    .option(
      '--max-quarantine <share>',
      'fail where a larger share of the records of a file cannot be read, such as 5%; without it MAX_QUARANTINE_SHARE holds',
      shareOf,
    )
    .description('load dumps of change events into Bronze')
    .action((files: string[], { maxQuarantine }: { maxQuarantine?: number }) =>
      onDatabase((database, config) => ingestFiles(database, config, files, write, maxQuarantine), {
        makes: true,
      }),
    );

  program
    .command('demo')
    .option('--scale <n>', '1 is the volume of January 2026', scaleOf, 0.1)
    .option(
      '--out <file>',
      'write a dump (gzipped if it ends in .gz, - for standard output) instead of loading',
    )
    .description('demonstration data: load them into Bronze, or write them as a dump')
    .action(async ({ scale, out }: { scale: number; out?: string }) => {
      if (out !== undefined) {
        const { demo } = await import('../demo.js');
        note(`${await demo({ scale, out })} events`);
        return;
      }
      await onDatabase(
        async (database) => {
          const { fillDemonstration, refuseBesideRealData } =
            await import('../preparing/fillDemonstration.js');
          await refuseBesideRealData(database);
          const { counts, otherScale } = await fillDemonstration(database, scale, () => undefined);
          if (counts.added > 0) await requestRefresh(database, { reason: 'ingest', full: false });
          write(`${countsText(counts)}\n`);
          if (otherScale !== undefined) note(otherScale);
        },
        { makes: true },
      );
    });

  program
    .command('refresh')
    .option('--full', 'rebuild Silver and Gold from all of Bronze')
    .description('bring Silver and Gold up to date and publish them')
    .action(({ full = false }: { full?: boolean }) =>
      onDatabase(
        async (database, { GATES: gates }) => {
          const { runRefresh } = await import('../refresh.js');
          const { status } = await runRefresh(database, { full, reason: 'command', gates }, write);
          if (status === 'HELD') process.exitCode = HELD_EXIT_CODE;
        },
        { makes: true },
      ),
    );

  program
    .command('release')
    .argument('<run>', 'the run that is held; techorda status lists it')
    .requiredOption('--by <name>', 'who releases it, for the record')
    .requiredOption('--why <text>', 'why, for the record')
    .description('publish a run that data-quality gates hold back')
    .action((runId: string, { by, why }: { by: string; why: string }) =>
      onDatabase((database) => printRelease(database, { runId, by, why }, write)),
    );

  program
    .command('reconcile')
    .option('--all', 'all keys, not only those of this night')
    .description('compare what is published with a rebuild from Bronze; fails where they differ')
    .action(({ all = false }: { all?: boolean }) =>
      onDatabase(async (database, config) => {
        const { printReconciliation } = await import('../reconcile.js');
        const same = await printReconciliation(database, all ? 1 : config.RECONCILE_NIGHTS, write);
        if (!same) process.exitCode = 1;
      }),
    );

  program
    .command('compact')
    .option('--older-than <days>', 'leave keys alone with an event of so many days: 90d', daysOf)
    .option('--dry-run', 'only say what would be freed')
    .description('take the content away from superseded events of settled keys')
    .action(({ olderThan, dryRun = false }: { olderThan?: number; dryRun?: boolean }) =>
      onDatabase(async (database, config) => {
        const { printCompaction } = await import('../compact.js');
        const days = olderThan ?? config.COMPACT_AFTER_DAYS;
        await printCompaction(database, { days, dryRun }, write);
      }),
    );
}
