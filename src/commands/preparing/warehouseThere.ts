import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config';
import { codeOf } from '../../ground/database/thrown';

/** A command asks something of a warehouse that nobody has made yet. */
export class NoWarehouse extends Error {
  override readonly name = 'NoWarehouse';
}

/** Throws {@link NoWarehouse} where the folder of the embedded server has no data: asking must make none. */
export async function requireWarehouse({ DATABASE_URL, DATA_DIR }: Config): Promise<void> {
  if (DATABASE_URL !== undefined) return;
  try {
    await stat(join(DATA_DIR, 'postgres'));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
    throw new NoWarehouse(
      `There is no warehouse in ${DATA_DIR}; expected DATA_DIR to name the folder of one, or DATABASE_URL its database (techorda start makes one).`,
    );
  }
}
