import type { Knex } from 'knex';
import { PUBLISHED_CHANNEL } from '../database/channels';
import type { Notifications } from '../database/notifications';
import type { DataVersion } from '../resolvers/request';
import { dataVersionOf, NEWEST_VERSION, type DataVersionRow } from './dataVersion';

/** The version that is published, as far as it is known without a question. */
export type NewestVersion = () => DataVersion | null;

/**
 * Remembers the newest version, for answers that read nothing: refusals, and what is said of a refresh.
 * Answers with data take the version of their own snapshot.
 */
export function rememberNewestVersion(database: Knex, notifications: Notifications): NewestVersion {
  let newest: DataVersion | null = null;
  let reads = 0;
  const read = async () => {
    const turn = (reads += 1);
    // Without the database nothing is known; it is asked again when it can be listened to again.
    const found = await database
      .raw<{ rows: DataVersionRow[] }>(NEWEST_VERSION)
      .catch(() => undefined);
    if (turn === reads) newest = found?.rows[0] ? dataVersionOf(found.rows[0]) : null;
  };
  const readAnew = () => void read();
  notifications.on(PUBLISHED_CHANNEL, { heard: readAnew, missed: readAnew });
  return () => newest;
}
