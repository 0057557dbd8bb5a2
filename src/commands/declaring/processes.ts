import type { Command } from 'commander';
import { requestRefresh } from '../../ground/database/queue/refreshQueue';
import { waitForDatabase } from '../../ground/database/connecting/waitForDatabase';
import { loadConfig } from '../../config/config';
import { explainingFailures } from '../preparing/databaseFailures';
import { inOrder } from '../preparing/ending';
import { openDatabase } from '../preparing/openDatabase';
import { prepareDatabase } from '../preparing/prepareDatabase';
import { traceIfConfigured } from '../tracing';
import { onDatabase } from './onDatabase';
import { scaleOf } from './optionValues';
import { note, version, write } from './terminal';

/** What runs until it is told to end, and what prepares for it. */
export function declareProcesses(program: Command): void {
  program
    .command('start')
    .description('everything in one process: database, migrations, worker, API')
    .option('--no-demo', 'leave an empty database empty')
    .option(
      '--scale <n>',
      'how much demonstration data; 1 is the volume of January 2026',
      scaleOf,
      0.1,
    )
    .action(async ({ demo: demonstration, scale }: { demo: boolean; scale: number }) => {
      const config = loadConfig();
      const { createLog } = await import('../../api/server/log/log.js');
      const { start } = await import('../start.js');
      // The log goes to stderr: what start says to people stands alone on stdout.
      const log = createLog(config, process.stderr);
      await inOrder(
        (line) => log.info(line),
        { stays: true },
        async (closers) => {
          await traceIfConfigured(config, version, closers);
          await start({ config, log, write, demonstration, scale }, closers);
        },
      );
    });

  program
    .command('migrate')
    .description("bring the database's tables to the newest form")
    .action(async () => {
      const config = loadConfig();
      await inOrder(note, { stays: false }, async (closers) => {
        const { database } = await openDatabase(config, note, closers);
        await waitForDatabase(database, note);
        const applied = await explainingFailures(database, () =>
          prepareDatabase(database, config, note),
        );
        write(applied.length === 0 ? 'Nothing to migrate.\n' : `${applied.join('\n')}\n`);
      });
    });

  program
    .command('serve')
    .description('the API alone')
    .action(async () => {
      const { createLog } = await import('../../api/server/log/log.js');
      const { assertCanListen } = await import('../preparing/listenAddress.js');
      const config = loadConfig();
      const log = createLog(config);
      await assertCanListen(config);
      await onDatabase(
        async (_, config, databaseUrl, closers) => {
          const { serve } = await import('../serve.js');
          const serving = serve({ config, databaseUrl, log });
          closers.add(serving, (api) => api.close());
          write(`The API listens on ${(await serving).url}\n`);
        },
        { stays: true, makes: true, say: (line) => log.info(line) },
      );
    });

  program
    .command('worker')
    .description('the background worker alone')
    .action(async () => {
      const { createLog } = await import('../../api/server/log/log.js');
      const log = createLog(loadConfig());
      await onDatabase(
        async (database, config, databaseUrl, closers) => {
          const { startWorker } = await import('../../warehouse/schedule/worker.js');
          const starting = startWorker({
            databaseUrl,
            schedule: config.REFRESH_SCHEDULE,
            gates: config.GATES,
            reconciliation: {
              schedule: config.RECONCILE_SCHEDULE,
              nights: config.RECONCILE_NIGHTS,
            },
            log,
          });
          closers.add(starting, (worker) => worker.stop());
          await starting;
          // What came in while there was no worker need not wait for the schedule.
          await requestRefresh(database, { reason: 'start', full: false });
          write('The worker waits for refreshes.\n');
        },
        { stays: true, makes: true, say: (line) => log.info(line) },
      );
    });
}
