import type { Knex } from 'knex';
import { binMaskOf, type BinMask } from '../../api/access/bins/binMask';
import type { Config } from '../../config/config';
import type { LockPatience } from '../../ground/database/locking/lockPatience';
import { keepMaskedViews, maskOfViews } from '../../ground/database/accounts/maskedViews';
import { migrate } from '../../ground/database/migrating/migrate';
import { SQLSTATE } from '../../ground/database/sqlStates';
import { codeOf } from '../../ground/database/thrown';
import { loadModel } from '../../api/model/read/loadModel';
import { checkModelAgainstDatabase } from '../../api/query/checkModelAgainstDatabase';
import { maskedViews } from '../../api/query/views/maskedViews';

/**
 * Brings the tables to the newest form, and the analysts' views and the roles of the database in step
 * with them. Returns the names of the migrations that were applied.
 */
export async function prepareDatabase(
  database: Knex,
  config: Config,
  say: (line: string) => void,
): Promise<string[]> {
  const patience = patienceOf(config, say);
  const applied = await migrate(database, patience);
  await viewsFrom(database, binMaskOf(config), patience);
  return applied;
}

/**
 * The same for a command that needs the views, but does not decide what is masked: it keeps the mask that they
 * were made with last, whatever its own environment says, and returns it. Where there was none yet, the
 * settings decide.
 */
export async function prepareKeepingMask(
  database: Knex,
  config: Config,
  say: (line: string) => void,
): Promise<BinMask> {
  const patience = patienceOf(config, say);
  await migrate(database, patience);
  return await viewsAsTheyWere(database, config, patience);
}

/**
 * The same for a command that has nothing to do with what is masked: where its migrations took the views
 * away, they come back as they were.
 */
export async function migrateOnly(
  database: Knex,
  config: Config,
  say: (line: string) => void,
): Promise<void> {
  const patience = patienceOf(config, say);
  const applied = await migrate(database, patience);
  if (applied.length > 0) await viewsAsTheyWere(database, config, patience);
}

async function viewsAsTheyWere(
  database: Knex,
  config: Config,
  patience: LockPatience,
): Promise<BinMask> {
  const mask = (await maskOfViews(database)) ?? binMaskOf(config);
  await viewsFrom(database, mask, patience);
  return mask;
}

/** How long locks are waited for that other sessions hold, and who hears whose they are. */
export function patienceOf(config: Config, say: (line: string) => void): LockPatience {
  return { seconds: config.LOCK_PATIENCE_SECONDS, say };
}

async function viewsFrom(database: Knex, mask: BinMask, patience: LockPatience): Promise<void> {
  const model = loadModel();
  try {
    await keepMaskedViews(database, maskedViews(model, mask), mask, patience);
  } catch (error) {
    // PostgreSQL names the one column that it met first; the check says all that is wanting, and of which mart.
    const code = codeOf(error);
    if (code === SQLSTATE.undefinedColumn || code === SQLSTATE.undefinedTable) {
      await checkModelAgainstDatabase(database, model);
    }
    throw error;
  }
}
