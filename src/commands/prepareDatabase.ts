import type { Knex } from 'knex';
import type { Config } from '../config';
import { keepMaskedViews, maskedViewsFrom } from '../database/maskedViews';
import { migrate } from '../database/migrate';
import { loadModel } from '../model/loadModel';
import { maskedViews } from '../query/maskedViews';

/**
 * Brings the tables to the newest form, and the analysts' views and the roles of the database in step
 * with them. Returns the names of the migrations that were applied.
 */
export async function prepareDatabase(database: Knex, config: Config): Promise<string[]> {
  const applied = await migrate(database);
  await viewsFrom(database, config.MASK_BIN_FROM_YEAR);
  return applied;
}

/**
 * The same for a command that has nothing to do with what is masked: where its migrations took the views
 * away, they come back as they were, whatever its own environment says of years.
 */
export async function migrateOnly(database: Knex, config: Config): Promise<void> {
  const applied = await migrate(database);
  if (applied.length === 0) return;
  await viewsFrom(database, (await maskedViewsFrom(database)) ?? config.MASK_BIN_FROM_YEAR);
}

async function viewsFrom(database: Knex, year: number): Promise<void> {
  await keepMaskedViews(database, maskedViews(loadModel(), year), year);
}
