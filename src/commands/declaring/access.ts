import type { Command } from 'commander';
import { RIGHTS } from '../../api/access/viewer';
import { USUAL_PREFIX } from '../../ground/database/accounts/roles';
import { printKeys, printNewKey, printRevokedKey } from '../keys';
import { onDatabase } from './onDatabase';
import { note, write } from './terminal';

/** Who may use the API and the database. */
export function declareAccess(program: Command): void {
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
    .command('roles')
    .option('--prefix <name>', 'how the names of the roles begin', USUAL_PREFIX)
    .description('database roles for the API, the worker and analysts, and what each may')
    .action(({ prefix }: { prefix: string }) =>
      onDatabase(async (database, config) => {
        const { printRoles } = await import('../roles.js');
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
          const { openAccount, closeAccount } = await import('../preparing/databaseAccount.js');
          const run = name === 'open' ? openAccount : closeAccount;
          await run(database, account, { config, prefix, write, note });
        }),
      );
  }
}
