import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { NothingToReconcile, reconcile } from './reconcile';

/** Compares tonight's part of all keys, and tells the log what it found. */
export async function reconcileTonight(database: Knex, nights: number, log: Logger): Promise<void> {
  try {
    const { compared, differences } = await reconcile(database, { nights });
    if (differences.length === 0) {
      log.info({ compared, nights }, 'published rows are those of a rebuild');
      return;
    }
    log.error(
      { compared, nights, differences },
      'published rows differ from a rebuild; techorda refresh --full mends it',
    );
  } catch (error) {
    // Trying again would not change it; it is on record.
    if (!(error instanceof NothingToReconcile)) throw error;
    log.warn(error.message);
  }
}
