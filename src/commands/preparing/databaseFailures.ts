import { isNativeError } from 'node:util/types';
import type { Knex } from 'knex';
import { withoutValues } from '../../ground/database/quotedValues';
import { ENDED_BY_SERVER, SQLSTATE } from '../../ground/database/sqlStates';

/** The database refused what a command asked. The message says so without the statement, and without values. */
export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused';
}

/** Does a command's work. What the database fails with is reported in sentences, and not as SQL. */
export async function explainingFailures<Result>(
  database: Knex,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isOfPostgres(error)) throw error;
    throw new DatabaseRefused(await sentenceOf(database, error), { cause: error });
  }
}

/** PostgreSQL's errors alone have a severity. */
function isOfPostgres(error: unknown): error is Error & { readonly code: string } {
  return isNativeError(error) && 'severity' in error && 'code' in error;
}

async function sentenceOf(
  database: Knex,
  { code, message }: Error & { readonly code: string },
): Promise<string> {
  // knex writes the statement in front of the message.
  const said = withoutValues(message.split(' - ').at(-1) ?? message);
  if (code === SQLSTATE.readOnlyTransaction)
    return await whyReadOnly(database).catch(() => takesNoChanges(''));
  if (code === SQLSTATE.diskFull) {
    return `The disk of the database is full (${said}); what was not finished is rolled back. Make room, and try again: docs/operations.md says how.`;
  }
  if (code === SQLSTATE.outOfMemory)
    return `The database has too little memory for this (${said}).`;
  if (code === SQLSTATE.insufficientPrivilege) {
    return `This account of the database may not do that: ${said}. docs/database.md says which account may what.`;
  }
  if (ENDED_BY_SERVER.includes(code)) {
    return `The database went away in the midst of it (${said}); what was not finished is rolled back.`;
  }
  return `The database failed: ${said} (SQLSTATE ${code}).`;
}

const takesNoChanges = (why: string) =>
  `The database takes no changes, and this command makes some${why}.`;

/** A standby, or a setting that somebody made; it is theirs to take back. */
async function whyReadOnly(database: Knex): Promise<string> {
  const { rows } = await database.raw<{ rows: { standby: boolean; source: string }[] }>(
    `select pg_is_in_recovery() as standby,
       (select source from pg_settings where name = 'default_transaction_read_only') as source`,
  );
  const [found] = rows;
  if (found?.standby === true) {
    return takesNoChanges(': it is a standby. Let DATABASE_URL name the primary');
  }
  return takesNoChanges(
    `: default_transaction_read_only is on (set by ${SOURCES[found?.source ?? ''] ?? 'its administrator'}), as managed services set it when the disk is full. This program does not override it; take it back, or let DATABASE_URL name another account`,
  );
}

/** Where PostgreSQL says that a setting comes from, and what it is called there. */
const SOURCES: Readonly<Record<string, string>> = {
  database: 'ALTER DATABASE',
  user: 'ALTER ROLE',
  'database user': 'ALTER ROLE … IN DATABASE',
  global: 'ALTER ROLE ALL',
  client: 'the address in DATABASE_URL or PGOPTIONS',
  'configuration file': "the server's configuration",
  'command line': "the server's command line",
};
