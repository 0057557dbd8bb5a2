import { Client, Pool, type Notification, type PoolClient } from 'pg';
import { paced } from './paced';
import { fixSettings } from '../connecting/sessionSettings';

/** What the queue hears: that jobs were added, and that its tables became those of another release. */
const ADDED = 'jobs:insert';
const MIGRATED = 'worker:migrate';

/** However often either is said, the tables are looked at no more often, in milliseconds. */
const BETWEEN_LOOKS = 50;

const BREAKING = `
  select max(id) as migration from graphile_worker.migrations where breaking`;

/**
 * A client of the queue, which believes what it hears: told of tables that it does not know it gives up the
 * refresh under way. Any account of the database can say anything on its channels. Here a message is a hint to look:
 * the queue hears of jobs without a word more, and of a new release where there is one.
 */
class QueueClient extends Client {
  private knownMigration: number | undefined;
  private readonly added = paced(
    async () => void this.tell(ADDED, ''),
    BETWEEN_LOOKS,
    () => undefined,
  );
  private readonly migrated = paced(
    async () => {
      const migration = await this.breakingMigration();
      if (migration === undefined || migration <= (this.knownMigration ?? migration)) return;
      this.knownMigration = migration;
      this.tell(MIGRATED, JSON.stringify({ migrationNumber: migration, breaking: true }));
    },
    BETWEEN_LOOKS,
    () => undefined,
  );

  /** Must be called before it listens: later releases are told of. */
  async learnRelease(): Promise<void> {
    // Before the first migration there is no such table.
    this.knownMigration = await this.breakingMigration().catch(() => undefined);
  }

  override emit(event: string | symbol, ...about: unknown[]): boolean {
    if (event !== 'notification') return super.emit(event, ...about);
    const { channel } = about[0] as Notification;
    if (channel === ADDED) this.added();
    if (channel === MIGRATED) this.migrated();
    return true;
  }

  private tell(channel: string, payload: string): void {
    super.emit('notification', { channel, payload, processId: 0 });
  }

  private async breakingMigration(): Promise<number | undefined> {
    const { rows } = await this.query<{ migration: number | null }>(BREAKING);
    return rows[0]?.migration ?? undefined;
  }
}

async function settle(client: PoolClient): Promise<void> {
  await fixSettings(client, 0);
  if (client instanceof QueueClient) await client.learnRelease();
}

/** The connections of the job queue, with our settings. */
export function queuePool(connectionString: string, max: number): Pool {
  const pool = new Pool({
    connectionString,
    max,
    Client: QueueClient,
    verify: (client, done) => {
      settle(client).then(() => done(), done);
    },
  });
  // What breaks a connection breaks its query too, and is told there.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
