import type { Knex } from 'knex';
import { PUBLISHED_CHANNEL } from '../../../ground/database/channels';
import type { Notifications } from '../../../ground/database/connecting/notifications';
import type { DataVersion } from '../../resolvers/request/request';
import { within } from '../basis/deadline';
import { paced } from '../../../ground/database/queue/paced';
import { dataVersionOf, NEWEST_VERSION, type DataVersionRow } from '../basis/dataVersion';

/** How long the version is believed without a question where no publication is heard of. */
const SURE_FOR = 1_000;
/** However often a publication is heard of, in milliseconds. */
const BETWEEN_READS = 20;
/** How long the listening connection may take to answer: beyond that its network may swallow all. */
const LONGEST_ASKED = 2_000;

/** The version that is published, as far as it is known without a question. */
export type NewestVersion = () => DataVersion | null;

export interface RememberedVersion {
  /** For what reads no data: refusals, and what is said of a refresh. */
  readonly newest: NewestVersion;
  /**
   * The version that is published, for answers from memory. It is known at once while publications are
   * heard of and one was asked for less than a second ago, so that a message that was lost costs no more;
   * else the database is asked. Null where none is published, or where the database does not answer.
   */
  readonly confirmed: () => DataVersion | null | Promise<DataVersion | null>;
}

/**
 * Remembers the newest version, and tells when it is another, before anybody else hears of it. It is an older one where
 * the database was restored. Answers that are read take the version of their own snapshot.
 */
export function rememberNewestVersion(
  database: Knex,
  notifications: Notifications,
  onOther: (version: DataVersion) => void = () => undefined,
): RememberedVersion {
  let newest: DataVersion | null = null;
  let sureUntil = 0;
  let hints = 0;
  let under: Promise<unknown> = Promise.resolve();
  let next: Promise<DataVersion | null> | undefined;

  /** Where the pool's connections are all at work, who has to wait for one would never answer quickly. */
  const rows = async (): Promise<readonly DataVersionRow[]> => {
    const asked = notifications.ask(NEWEST_VERSION);
    if (asked) return (await within(LONGEST_ASKED, asked)) as readonly DataVersionRow[];
    return (await database.raw<{ rows: DataVersionRow[] }>(NEWEST_VERSION)).rows;
  };
  const read = async (): Promise<DataVersion | null> => {
    const heard = hints;
    const begun = performance.now();
    // Without the database nothing is known; it is asked again when it can be listened to again.
    const found = await rows().catch(() => undefined);
    const version = found?.[0] ? dataVersionOf(found[0]) : null;
    if (version && version.id !== newest?.id) onOther(version);
    newest = version;
    // What was heard of in the meantime may be newer.
    const isSure = found && heard === hints && notifications.listening();
    sureUntil = isSure ? begun + SURE_FOR : 0;
    return version;
  };
  // A question under way may have been answered already: who asks now waits for the next one.
  const readNext = () =>
    (next ??= under.then(() => {
      next = undefined;
      const reading = read();
      under = reading;
      return reading;
    }));

  const readSoon = paced(
    async () => void (await readNext()),
    BETWEEN_READS,
    () => undefined,
  );
  notifications.on(PUBLISHED_CHANNEL, () => {
    hints += 1;
    sureUntil = 0;
    readSoon();
  });
  return {
    newest: () => newest,
    confirmed() {
      const left = sureUntil - performance.now();
      if (left <= 0) return readNext();
      // Whoever asks soon again shall not have to wait.
      if (left < SURE_FOR / 2) void readNext();
      return newest;
    },
  };
}
