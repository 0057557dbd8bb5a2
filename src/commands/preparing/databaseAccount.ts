import type { Knex } from 'knex';
import { maskText } from '../../api/access/bins/binMask';
import type { Config } from '../../config/config';
import {
  closeAnalystAccount,
  openAnalystAccount,
} from '../../ground/database/accounts/analystAccount';
import {
  makeRoles,
  prefixInUse,
  RolesRefused,
  USUAL_PREFIX,
} from '../../ground/database/accounts/roles';
import { patienceOf, prepareKeepingMask } from './prepareDatabase';
import type { Write } from '../telling/writing';

export interface AccountOptions {
  readonly config: Config;
  /** Whose analyst the account is; absent: {@link prefixInUse}. */
  readonly prefix?: string | undefined;
  readonly write: Write;
  readonly note: (line: string) => void;
}

/** The embedded server has one warehouse, and lets analysts of the usual prefix in. */
async function prefixOf(
  database: Knex,
  { config, prefix }: Pick<AccountOptions, 'config' | 'prefix'>,
): Promise<string> {
  if (config.DATABASE_URL !== undefined) return prefix ?? (await prefixInUse(database));
  if (prefix === undefined || prefix === USUAL_PREFIX) return USUAL_PREFIX;
  throw new RolesRefused(
    `The embedded server lets members of ${USUAL_PREFIX}_analyst in alone: leave --prefix out.`,
  );
}

/** Where the account connects to; undefined where the embedded server listens on no port. */
async function addressOf(database: Knex, { DATABASE_URL }: Config): Promise<URL | undefined> {
  if (DATABASE_URL !== undefined) {
    const { hostname, port, pathname, search } = new URL(DATABASE_URL);
    return new URL(`postgresql://${hostname}${port && `:${port}`}${pathname}${search}`);
  }
  const { rows } = await database.raw<{ rows: { host: string; port: string; name: string }[] }>(
    `select current_setting('listen_addresses') as host, current_setting('port') as port,
       current_database() as name`,
  );
  const [found] = rows;
  if (found === undefined || found.host === '') return undefined;
  return new URL(`postgresql://${found.host}:${found.port}/${found.name}`);
}

/**
 * `techorda database open`: an account for psql and BI tools, whose password is shown once. What the views mask
 * stays as it is.
 */
export async function openAccount(
  database: Knex,
  name: string,
  { config, prefix: given, write, note }: AccountOptions,
): Promise<void> {
  const mask = await prepareKeepingMask(database, config, note);
  const prefix = await prefixOf(database, { config, prefix: given });
  await makeRoles(database, prefix, patienceOf(config, note));
  const password = await openAnalystAccount(database, prefix, name);
  write(
    `The account ${name} reads the views of gold_masked, BINs ${maskText(mask)} as pseudonyms. Shown only now:\n`,
  );
  const address = await addressOf(database, config);
  if (address === undefined) {
    write(`  user ${name}, password ${password}, database techorda\n`);
    note(
      'The embedded server listens on no port yet: set EMBEDDED_PORT, such as 5433, end all that use it, and start again. It then listens on 127.0.0.1 alone.',
    );
    return;
  }
  address.username = name;
  address.password = password;
  write(`  ${address.href}\n`);
}

/** `techorda database close`: ends such an account, with its sessions. */
export async function closeAccount(
  database: Knex,
  name: string,
  { config, prefix, write }: AccountOptions,
): Promise<void> {
  await closeAnalystAccount(database, await prefixOf(database, { config, prefix }), name);
  write(`The account ${name} is ended.\n`);
}
