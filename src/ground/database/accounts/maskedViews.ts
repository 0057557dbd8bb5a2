import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import {
  DEFAULT_PATIENCE,
  patiently,
  SHORT_LOCK_TIMEOUT,
  type LockPatience,
} from '../locking/lockPatience';
import { lockStatement } from '../locking/locks';
import { grantAllRoles } from './roles';

/** Which BINs the views mask, as it is kept beside them. */
interface ViewsMask {
  readonly fromYear: number;
  readonly policy: 'year' | 'company';
}

/**
 * Makes the views of gold_masked by these statements, unless they stand as these would make them, and
 * gives the roles of the database what is theirs. Readers see the views before or after, and never none.
 */
export async function keepMaskedViews(
  database: Knex,
  statements: readonly string[],
  mask: ViewsMask,
  patience: LockPatience = DEFAULT_PATIENCE,
): Promise<void> {
  await patiently(database, patience, "The making of the analysts' views", () =>
    makeViews(database, statements, mask),
  );
}

async function makeViews(
  database: Knex,
  statements: readonly string[],
  mask: ViewsMask,
): Promise<void> {
  const hash = createHash('sha256').update(statements.join('\n')).digest('hex');
  // Where they stand, nothing is written, and no right to it is wanted.
  if ((await madeBy(database)) === hash) return;
  await database.transaction(async (transaction) => {
    await transaction.raw(lockStatement('masked_views'));
    if ((await madeBy(transaction)) === hash) return;
    await transaction.raw(SHORT_LOCK_TIMEOUT);
    await transaction.raw('drop schema if exists gold_masked cascade');
    await transaction.raw('create schema gold_masked');
    for (const statement of statements) await transaction.raw(statement);
    await transaction.raw(
      `insert into access.masked_views (mask_bin_from_year, mask_bin_policy, definition_hash) values (?, ?, ?)
       on conflict (once) do update set mask_bin_from_year = excluded.mask_bin_from_year,
         mask_bin_policy = excluded.mask_bin_policy, definition_hash = excluded.definition_hash`,
      [mask.fromYear, mask.policy, hash],
    );
    await grantAllRoles(transaction);
  });
}

/** The hash of the statements that the views were made by; undefined where they are not there. */
async function madeBy(database: Knex): Promise<string | undefined> {
  const { rows } = await database.raw<{ rows: { hash: string }[] }>(
    `select definition_hash as hash from access.masked_views
     where to_regnamespace('gold_masked') is not null`,
  );
  return rows[0]?.hash;
}

/** The mask of the views as they were made last; undefined where they never were. */
export async function maskOfViews(database: Knex): Promise<ViewsMask | undefined> {
  const { rows } = await database.raw<{ rows: ViewsMask[] }>(
    'select mask_bin_from_year as "fromYear", mask_bin_policy as policy from access.masked_views',
  );
  return rows[0];
}
