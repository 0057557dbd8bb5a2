import type { Knex } from 'knex';

/** The tables cannot be made in this database. The message says why, and what mends it. */
export class UnfitDatabase extends Error {
  override readonly name = 'UnfitDatabase';
}

interface Found {
  readonly name: string;
  readonly account: string;
  readonly encoding: string;
  readonly has_public: boolean;
  readonly may_create: boolean;
  readonly may_use_public: boolean;
}

/** Throws {@link UnfitDatabase} before anything is made where something would be in the way in the midst of it. */
export async function assertFitDatabase(database: Knex): Promise<void> {
  const { rows } = await database.raw<{ rows: Found[] }>(
    `select current_database() as name, current_user as account,
       current_setting('server_encoding') as encoding,
       to_regnamespace('public') is not null as has_public,
       has_database_privilege(current_database(), 'CREATE') as may_create,
       coalesce(has_schema_privilege(to_regnamespace('public')::oid, 'CREATE'), false) as may_use_public`,
  );
  const [found] = rows;
  const wrong = found && whatIsWrong(found);
  if (wrong !== undefined) throw new UnfitDatabase(wrong);
}

function whatIsWrong(found: Found): string | undefined {
  const { name, account, encoding } = found;
  const database = `The database ${JSON.stringify(name)}`;
  if (encoding !== 'UTF8') {
    return `${database} has the encoding ${encoding}, and the source's texts are UTF-8. Make another for it: create database … encoding 'UTF8' template template0.`;
  }
  if (!found.has_public) {
    return `${database} has no schema public, where the list of migrations and the extension pg_trgm have their place. Make it as this account: create schema public.`;
  }
  if (!found.may_create || !found.may_use_public) {
    const where = found.may_create ? 'in the schema public' : `in ${database.toLowerCase()}`;
    return `The account ${account} may make no ${found.may_create ? 'tables' : 'schemas'} ${where}: let the database's owner run "techorda migrate" (docs/database.md), or grant create to it.`;
  }
  return undefined;
}
