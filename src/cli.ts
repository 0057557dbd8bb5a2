import { Argument, Command, InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { KeyRefused } from './api/access/keyRefused';
import { LEDGER_KINDS } from './api/access/ledger/ledger';
import { RIGHTS } from './api/access/viewer';
import { DatabaseRefused, explainingFailures } from './commands/preparing/databaseFailures';
import { BackupFailed, NothingToBackUp } from './warehouse/backup/failures';
import { completionScript, type Shell, SHELLS } from './commands/completion/completion';
import { type Closers, inOrder } from './commands/preparing/ending';
import { countsText, ingestFiles } from './commands/ingest';
import { printKeys, printNewKey, printRevokedKey } from './commands/keys';
import { printLedger } from './commands/ledger';
import { openDatabase } from './commands/preparing/openDatabase';
import { migrateOnly, prepareDatabase } from './commands/preparing/prepareDatabase';
import { DiscardRefused } from './warehouse/bronze/discard';
import { discard, printQuarantine, replay } from './commands/quarantine';
import { printRelease } from './commands/release';
import { printStatus } from './commands/status';
import { traceIfConfigured } from './commands/tracing';
import { NoWarehouse, requireWarehouse } from './commands/preparing/warehouseThere';
import { type Config, ConfigError, loadConfig, misspelled } from './config/config';
import { describeSettings } from './config/describeSettings';
import { tellingBlockers } from './ground/database/connecting/blockers';
import { LocksHeld } from './ground/database/locking/lockPatience';
import { PoolerRefused } from './ground/database/connecting/poolerModes';
import { UnfitDatabase } from './ground/database/migrating/unfitDatabase';
import { requestRefresh } from './ground/database/queue/refreshQueue';
import { RolesRefused, USUAL_PREFIX } from './ground/database/accounts/roles';
import { ReleaseRefused } from './ground/database/queue/releaseHeldRun';
import { waitForDatabase } from './ground/database/connecting/waitForDatabase';
import { projectFolder } from './ground/projectFolder';
import { readShare } from './config/shareSetting';

// A command loads what it needs when it runs: a load of events has no use for the API.

const write = (text: string) => {
  process.stdout.write(text);
};
const note = (line: string) => {
  process.stderr.write(`${line}\n`);
};

/** Neither well nor failed: data-quality gates hold the publication back. */
const HELD_EXIT_CODE = 3;

/** Whoever reads may have seen enough, as `head` does: the work goes on, its words are dropped. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

interface Manner {
  /** It runs until it is told to end. */
  readonly stays?: boolean;
  /** It may make the warehouse where there is none; others ask something of one. */
  readonly makes?: boolean;
  /** It takes the tables as they are, of whatever release. */
  readonly asIs?: boolean;
  readonly say?: typeof note;
}

/** Runs `work` on the configured database, its tables brought to the newest form. */
async function onDatabase(
  work: (database: Knex, config: Config, url: string, closers: Closers) => Promise<unknown>,
  { stays = false, makes = false, asIs = false, say = note }: Manner = {},
): Promise<void> {
  const config = loadConfig();
  if (!makes) await requireWarehouse(config);
  await inOrder(say, { stays }, async (closers) => {
    await traceIfConfigured(config, version, closers);
    const { database, url } = await openDatabase(config, say, closers);
    await waitForDatabase(database, say);
    await explainingFailures(database, async () => {
      if (!asIs) await migrateOnly(database, config, say);
      await tellingBlockers(database, say, () => work(database, config, url, closers));
    });
  });
}

function scaleOf(text: string): number {
  const scale = Number(text);
  if (Number.isFinite(scale) && scale > 0 && scale <= 100) return scale;
  throw new InvalidArgumentError('It must be a number above 0 and up to 100.');
}

function shareOf(text: string): number {
  const share = readShare(text);
  if (share !== undefined) return share;
  throw new InvalidArgumentError('It must be a share from 0% to 100%, such as 50%.');
}

function daysOf(text: string): number {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  if (days !== undefined) return Number(days);
  throw new InvalidArgumentError('It must be a number of days, such as 90d.');
}

const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
  version: string;
};

const program = new Command('techorda')
  .description('The semantic layer and data API over the Techorda warehouse.')
  .version(version)
  .hook('preAction', () => misspelled().forEach(note))
  .addHelpText(
    'after',
    `\nSettings are environment variables; what holds without them is in parentheses.\n\n${describeSettings()}`,
  );

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
    const { createLog } = await import('./api/server/log/log.js');
    const { start } = await import('./commands/start.js');
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
  .command('refresh')
  .option('--full', 'rebuild Silver and Gold from all of Bronze')
  .description('bring Silver and Gold up to date and publish them')
  .action(({ full = false }: { full?: boolean }) =>
    onDatabase(
      async (database, { GATES: gates }) => {
        const { runRefresh } = await import('./commands/refresh.js');
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
      const { printReconciliation } = await import('./commands/reconcile.js');
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
      const { printCompaction } = await import('./commands/compact.js');
      const days = olderThan ?? config.COMPACT_AFTER_DAYS;
      await printCompaction(database, { days, dryRun }, write);
    }),
  );

program
  .command('backup')
  .argument('<file>', 'a new file, or - for the standard output')
  .description('all that cannot be made again, into one compressed file, while everything goes on')
  .action((file: string) =>
    onDatabase(
      async (database, _config, _url, closers) => {
        const { writeBackup } = await import('./commands/backup.js');
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
    const { openBackup, readBackup } = await import('./commands/backup.js');
    const backup = await openBackup(file);
    await onDatabase(
      async (database, config) => {
        const status = await readBackup(database, config, backup, { write, note });
        if (status === 'HELD') process.exitCode = HELD_EXIT_CODE;
      },
      { makes: true, asIs: true },
    ).finally(() => backup.close());
  });

program
  .command('serve')
  .description('the API alone')
  .action(async () => {
    const { createLog } = await import('./api/server/log/log.js');
    const { assertCanListen } = await import('./commands/preparing/listenAddress.js');
    const config = loadConfig();
    const log = createLog(config);
    await assertCanListen(config);
    await onDatabase(
      async (_, config, databaseUrl, closers) => {
        const { serve } = await import('./commands/serve.js');
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
    const { createLog } = await import('./api/server/log/log.js');
    const log = createLog(loadConfig());
    await onDatabase(
      async (database, config, databaseUrl, closers) => {
        const { startWorker } = await import('./warehouse/schedule/worker.js');
        const starting = startWorker({
          databaseUrl,
          schedule: config.REFRESH_SCHEDULE,
          gates: config.GATES,
          reconciliation: { schedule: config.RECONCILE_SCHEDULE, nights: config.RECONCILE_NIGHTS },
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

program
  .command('status')
  .option('--json', 'one JSON value')
  .description('data version, freshness, last runs, counts of each layer')
  .action((options: { json?: boolean }) =>
    onDatabase((database) => printStatus(database, options, write)),
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
      const { demo } = await import('./commands/demo.js');
      note(`${await demo({ scale, out })} events`);
      return;
    }
    await onDatabase(
      async (database) => {
        const { fillDemonstration, refuseBesideRealData } =
          await import('./commands/preparing/fillDemonstration.js');
        await refuseBesideRealData(database);
        const { counts, otherScale } = await fillDemonstration(database, scale, () => undefined);
        if (counts.added > 0) await requestRefresh(database, { reason: 'ingest', full: false });
        write(`${countsText(counts)}\n`);
        if (otherScale !== undefined) note(otherScale);
      },
      { makes: true },
    );
  });

const keys = program.command('keys').description('API keys');
keys
  .command('create')
  .description('make a key; it is shown once')
  .requiredOption('--name <name>', 'who or what it is for')
  .option('--rights <rights>', `rights, parted by commas: ${RIGHTS.join(', ')}`)
  .option('--roles <roles>', 'named sets of rights, as the setting ROLES has them')
  .option(
    '--expires <when>',
    'when it ends: a day (2027-01-31, to its end in UTC), a moment (2027-01-31T12:00:00Z), or a time from now (90d, 12h, 30m); without it the key is good until it is revoked',
  )
  .option('--years <years>', 'sees rows of these years alone, such as 2023-2025 or 2021,2024')
  .option('--companies <ids>', 'sees rows of these companies alone, by their ids')
  .option(
    '--certificates <numbers>',
    'sees rows of these certificates alone, beside those of --companies',
  )
  .option('--marts <names>', 'sees these marts alone, such as financing,exports')
  .option('--trusted-only', 'may ask trusted documents alone')
  .option('--json', 'one JSON value')
  .action((wish: Parameters<typeof printNewKey>[1]) =>
    onDatabase((database, { ROLES: knownRoles }) =>
      printNewKey(database, { ...wish, knownRoles }, write),
    ),
  );
keys
  .command('list')
  .description('all keys that ever were, with their rights and when they end')
  .option('--json', 'one JSON value')
  .action((options: { json?: boolean }) =>
    onDatabase((database) => printKeys(database, options, write)),
  );
keys
  .command('revoke')
  .description('end a key at once, for good')
  .argument('<id>', 'as keys list shows it')
  .option('--json', 'one JSON value')
  .action((id: string, options: { json?: boolean }) =>
    onDatabase((database) => printRevokedKey(database, { id, ...options }, write)),
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

program
  .command('roles')
  .option('--prefix <name>', 'how the names of the roles begin', USUAL_PREFIX)
  .description('database roles for the API, the worker and analysts, and what each may')
  .action(({ prefix }: { prefix: string }) =>
    onDatabase(async (database, config) => {
      const { printRoles } = await import('./commands/roles.js');
      await printRoles(database, config, prefix, write, note);
    }),
  );

const accounts = program.command('database').description('accounts for psql and BI tools');
for (const [name, does] of [
  ['open', 'make an account that reads the masked views, or give it another password'],
  ['close', 'end such an account, with its sessions'],
] as const) {
  accounts
    .command(name)
    .argument('<name>', 'the name of the account')
    .option('--prefix <name>', 'how the names of the roles begin; else as this database has them')
    .description(does)
    .action((account: string, { prefix }: { prefix?: string }) =>
      onDatabase(async (database, config) => {
        const { openAccount, closeAccount } =
          await import('./commands/preparing/databaseAccount.js');
        const run = name === 'open' ? openAccount : closeAccount;
        await run(database, account, { config, prefix, write, note });
      }),
    );
}

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

program
  .command('completion')
  .addArgument(new Argument('<shell>', 'the shell that is to complete').choices(SHELLS))
  .description('a script that makes a shell complete commands and options')
  .action((shell: Shell) => write(completionScript(program, shell)));

/** After an error the hint must stay in sight: the help, with its settings, is longer than a screen. */
function leadToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`Run "${words} --help" to see what it takes.`);
  for (const each of command.commands) leadToHelp(each, `${words} ${each.name()}`);
}
leadToHelp(program, program.name());

program.parseAsync().catch((error: unknown) => {
  const expected =
    error instanceof ConfigError ||
    error instanceof KeyRefused ||
    error instanceof NoWarehouse ||
    error instanceof LocksHeld ||
    error instanceof UnfitDatabase ||
    error instanceof DatabaseRefused ||
    error instanceof BackupFailed ||
    error instanceof NothingToBackUp ||
    error instanceof PoolerRefused ||
    error instanceof DiscardRefused ||
    error instanceof RolesRefused ||
    error instanceof ReleaseRefused;
  const text = error instanceof Error ? error.message : String(error);
  note(text);
  if (!expected && process.stderr.isTTY && error instanceof Error && error.stack) note(error.stack);
  process.exitCode = 1;
});
