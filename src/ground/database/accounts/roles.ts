import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { projectFolder } from '../../projectFolder';
import {
  DEFAULT_PATIENCE,
  patiently,
  SHORT_LOCK_TIMEOUT,
  type LockPatience,
} from '../locking/lockPatience';
import { identifier } from '../sql';
import { SQLSTATE } from '../sqlStates';
import { codeOf } from '../thrown';

/** The roles of a database; their names begin with a prefix, since roles belong to the whole cluster. */
export const ROLES = ['api', 'worker', 'analyst'] as const;
export type DatabaseRole = (typeof ROLES)[number];

/** A role is missing, and this account may not make it. The message says who must do what. */
export class RolesRefused extends Error {
  override readonly name = 'RolesRefused';
}

export function roleName(prefix: string, role: DatabaseRole): string {
  if (/^[a-z_][a-z0-9_]{0,50}$/.test(prefix)) return `${prefix}_${role}`;
  throw new RolesRefused(
    `${JSON.stringify(prefix)} cannot begin the names of roles; expected small Latin letters, digits and _, at most 51 of them.`,
  );
}

/**
 * Makes the roles that are missing, none of which can log in, and gives each what is its own. Safe to
 * repeat. Throws {@link RolesRefused} where a role is missing and this account may not make it.
 */
export async function makeRoles(
  database: Knex,
  prefix: string,
  patience: LockPatience = DEFAULT_PATIENCE,
): Promise<readonly string[]> {
  const names = ROLES.map((role) => roleName(prefix, role));
  const { rows: known } = await database.raw<{ rows: { name: string }[] }>(
    'select rolname as name from pg_roles where rolname = any(?::text[])',
    [names] as unknown as Knex.RawBinding[],
  );
  const missing = names.filter((name) => known.every((role) => role.name !== name));
  for (const name of missing) await makeRole(database, name, missing);
  await patiently(database, patience, 'The giving of rights', () =>
    database.transaction(async (transaction) => {
      await transaction.raw(SHORT_LOCK_TIMEOUT);
      await transaction.raw(
        'insert into access.role_prefixes (prefix) values (?) on conflict do nothing',
        [prefix],
      );
      await grantRoles(transaction, prefix);
    }),
  );
  return names;
}

/** How the names of the roles begin where nothing else is said. */
export const USUAL_PREFIX = 'techorda';

/**
 * Whose roles are meant where no prefix is given: those of the usual one where this database has them, or has none;
 * else those that it has. Throws {@link RolesRefused} where it has several others.
 */
export async function prefixInUse(database: Knex): Promise<string> {
  const prefixes = await database('access.role_prefixes')
    .orderBy('prefix')
    .pluck<string[]>('prefix');
  const [only, ...others] = prefixes;
  if (only === undefined || prefixes.includes(USUAL_PREFIX)) return USUAL_PREFIX;
  if (others.length === 0) return only;
  throw new RolesRefused(
    `This database has roles of several prefixes (${prefixes.join(', ')}); say with --prefix whose are meant.`,
  );
}

async function makeRole(database: Knex, name: string, missing: readonly string[]): Promise<void> {
  try {
    await database.raw(`create role ${identifier(name).text} nologin`);
  } catch (error) {
    if (codeOf(error) !== SQLSTATE.insufficientPrivilege) throw error;
    const statements = missing.map((role) => `  create role ${role} nologin;`).join('\n');
    throw new RolesRefused(
      `This account may not make roles. Let one that has CREATEROLE run these once in any database of the server, then repeat the command:\n${statements}`,
    );
  }
}

/** Gives the roles of each prefix again what is theirs: whatever was made since belongs to it too. */
export async function grantAllRoles(database: Knex): Promise<void> {
  const { rows } = await database.raw<{ rows: { prefix: string }[] }>(
    `select prefix from access.role_prefixes
     where exists (select from pg_roles where rolname = prefix || '_api') order by prefix`,
  );
  for (const { prefix } of rows) await grantRoles(database, prefix);
}

async function grantRoles(database: Knex, prefix: string): Promise<void> {
  const text = await readFile(join(projectFolder, 'sql', 'roles.sql'), 'utf8');
  const granted = text.replace(/:"(\w+)"/g, (_, role: DatabaseRole) => {
    return identifier(roleName(prefix, role)).text;
  });
  await database.raw(granted.replaceAll('?', '\\?'));
}
