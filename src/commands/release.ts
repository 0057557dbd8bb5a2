import type { Knex } from 'knex';
import { releaseHeldRun, type ReleaseWish } from '../ground/database/queue/releaseHeldRun';
import type { Write } from './telling/writing';

/** `techorda release`: lets the gates of a held run pass, on record. Throws ReleaseRefused. */
export async function printRelease(database: Knex, wish: ReleaseWish, write: Write): Promise<void> {
  const { released } = await releaseHeldRun(database, wish);
  for (const { gate, table } of released) {
    write(
      `Released: ${gate} of ${table}, for what is no worse, until it passes by itself again.\n`,
    );
  }
  write('The worker has been asked to publish; techorda refresh does it at once.\n');
}
