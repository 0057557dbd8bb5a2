import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { roleName, ROLES, RolesRefused } from './roles';
import { identifier } from '../sql';
import { SQLSTATE } from '../sqlStates';
import { codeOf } from '../thrown';

const ITERATIONS = 4_096;

/** What PostgreSQL keeps of a password, so that the password itself is in no statement and no log of the server. */
function verifierOf(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  const server = keyed('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`;
}

function checkName(name: string, prefix: string): void {
  const ours = ROLES.map((role) => roleName(prefix, role));
  if (/^[a-z][a-z0-9_]{0,62}$/.test(name) && !name.startsWith('pg_') && !ours.includes(name))
    return;
  throw new RolesRefused(
    `${JSON.stringify(name)} cannot be the name of an analyst's account; expected small Latin letters, digits and _, at most 63 of them.`,
  );
}

/** Undefined where there is no such account. Throws where there is one that is more than an analyst. */
async function analystsOid(
  database: Knex,
  name: string,
  analyst: string,
): Promise<number | undefined> {
  const { rows } = await database.raw<{ rows: { oid: number; roles: string[]; more: boolean }[] }>(
    `select oid, rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication as more,
       array(select rolname::text from pg_auth_members join pg_roles granted on granted.oid = roleid
             where member = account.oid) as roles
     from pg_roles account where rolname = ?`,
    [name],
  );
  const [found] = rows;
  if (found === undefined) return undefined;
  if (!found.more && found.roles.length === 1 && found.roles[0] === analyst) return found.oid;
  throw new RolesRefused(
    `There is an account ${name} that is no analyst's: it is left as it is. Expected another name.`,
  );
}

async function asAdministrator<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) !== SQLSTATE.insufficientPrivilege) throw error;
    throw new RolesRefused(
      'This account of the database may not make or end others. Let one that has CREATEROLE run the command.',
      { cause: error },
    );
  }
}

/**
 * Makes an account that logs in with a password and has what the analysts' role has: it reads the masked views. Where
 * it is there it gets another password. Returns the password, which is kept nowhere. The roles must be there.
 */
export async function openAnalystAccount(
  database: Knex,
  prefix: string,
  name: string,
): Promise<string> {
  checkName(name, prefix);
  const analyst = roleName(prefix, 'analyst');
  const known = await analystsOid(database, name, analyst);
  const password = randomBytes(24).toString('base64url');
  const account = identifier(name).text;
  const statements = [
    known === undefined
      ? `create role ${account} login nosuperuser nocreatedb nocreaterole connection limit 10 in role ${identifier(analyst).text}`
      : `alter role ${account} login`,
    `alter role ${account} password '${verifierOf(password)}'`,
    `alter role ${account} set search_path = gold_masked`,
    `alter role ${account} set default_transaction_read_only = on`,
    // A transaction that is forgotten open holds up migrations.
    `alter role ${account} set idle_in_transaction_session_timeout = '15min'`,
  ];
  await asAdministrator(() =>
    database.transaction(async (transaction) => {
      for (const statement of statements) await transaction.raw(statement);
    }),
  );
  return password;
}

/** Ends an analyst's account and its sessions. */
export async function closeAnalystAccount(
  database: Knex,
  prefix: string,
  name: string,
): Promise<void> {
  checkName(name, prefix);
  if ((await analystsOid(database, name, roleName(prefix, 'analyst'))) === undefined) {
    throw new RolesRefused(`There is no account ${name}.`);
  }
  await asAdministrator(async () => {
    await database.raw(`alter role ${identifier(name).text} nologin`);
    await database.raw('select pg_terminate_backend(pid) from pg_stat_activity where usename = ?', [
      name,
    ]);
    await database.raw(`drop role ${identifier(name).text}`);
  });
}
