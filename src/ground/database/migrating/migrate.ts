import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { SQLSTATE } from '../sqlStates';
import { codeOf } from '../thrown';
import {
  DEFAULT_PATIENCE,
  patiently,
  SHORT_LOCK_TIMEOUT,
  type LockPatience,
} from '../locking/lockPatience';
import { whileLocked } from '../locking/locks';
import { queuePool } from '../queue/queuePool';
import { migrationNames } from './migrationNames';
import { assertFitDatabase } from './unfitDatabase';
import { projectFolder } from '../../projectFolder';

/** Plain SQL files, applied in the order of their names; there is no way back, only forward. */
class SqlFiles implements Knex.MigrationSource<string> {
  private begun = false;

  constructor(
    private readonly folder: string,
    /** These alone, where it is said. */
    private readonly only?: ReadonlySet<string>,
  ) {}

  async getMigrations(): Promise<string[]> {
    return migrationNames(this.folder).filter((name) => this.only?.has(name) !== false);
  }

  getMigrationName(name: string): string {
    return name;
  }

  async getMigration(name: string): Promise<Knex.Migration> {
    const text = await readFile(join(this.folder, name), 'utf8');
    const begin = (transaction: Knex) => this.begin(transaction);
    return {
      async up(transaction) {
        await begin(transaction);
        try {
          await transaction.raw(text.replaceAll('?', '\\?'));
          // One that sets another path may end with the database's own, which names any schema or none.
          await transaction.raw('set local search_path = public');
        } catch (error) {
          if (error instanceof Error) error.message = placeOf(error, name, text);
          throw error;
        }
      },
      async down() {
        throw new Error(`${name} cannot be undone: migrations only go forward.`);
      },
    };
  }

  /** All pending files are applied in one transaction: all that the first one does holds for the others. */
  private async begin(transaction: Knex): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    await transaction.raw(SHORT_LOCK_TIMEOUT);
    // Views stand in the way of changes to the tables below them; whoever migrates makes them again.
    await transaction.raw('drop schema if exists gold_masked cascade');
  }
}

/** knex begins with the whole text of the file; this leaves what PostgreSQL says, and says where. */
function placeOf(error: Error, name: string, text: string): string {
  const said = error.message.split(' - ').at(-1) ?? error.message;
  const position = 'position' in error ? Number(error.position) : Number.NaN;
  if (Number.isNaN(position)) return `${name}: ${said}`;
  return `${name}, line ${text.slice(0, position).split('\n').length}: ${said}`;
}

/** All migrations of this release, by the names of their files. */
export async function migrationFiles(): Promise<readonly string[]> {
  return await new SqlFiles(FOLDER).getMigrations();
}

/** The release of the job queue that these sources are pinned to. */
async function queueRelease(): Promise<string> {
  const text = await readFile(join(projectFolder, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  return `graphile-worker ${String(dependencies['graphile-worker'])}`;
}

/** Whether the queue's tables are known to be those of its release: where they are, it need not be loaded. */
async function isQueueCurrent(database: Knex): Promise<boolean> {
  const { rows } = await database.raw<{ rows: { release: string | null }[] }>(
    `select obj_description(to_regnamespace('graphile_worker'), 'pg_namespace') as release`,
  );
  return rows[0]?.release === (await queueRelease());
}

/** The job queue brings tables of its own, and migrations for them. */
async function migrateQueue(database: Knex): Promise<void> {
  const { Logger, runMigrations } = await import('graphile-worker');
  const { connectionString } = database.client.config.connection as { connectionString: string };
  const pool = queuePool(connectionString, 1);
  try {
    await runMigrations({ pgPool: pool, logger: new Logger(() => () => undefined) });
    await database.raw(`comment on schema graphile_worker is '${await queueRelease()}'`);
  } finally {
    await pool.end();
  }
}

const MIGRATIONS = 'techorda_migrations';
const FOLDER = join(projectFolder, 'migrations');

/** The files that were not applied yet: all of them where nothing ever was. */
async function pendingOf(database: Knex, source: SqlFiles): Promise<readonly string[]> {
  const files = await source.getMigrations();
  const { rows: found } = await database.raw<{ rows: { made: boolean }[] }>(
    'select to_regclass(?) is not null as made',
    [MIGRATIONS],
  );
  if (!found[0]?.made) return files;
  const { rows } = await database.raw<{ rows: { name: string }[] }>(
    `select name from ${MIGRATIONS}`,
  );
  const applied = new Set(rows.map(({ name }) => name));
  return files.filter((file) => !applied.has(file));
}

/** Of two processes that make the lock's table at once, one is told that it is there. */
const MADE_MEANWHILE: readonly string[] = [
  SQLSTATE.uniqueViolation,
  SQLSTATE.duplicateSchema,
  SQLSTATE.duplicateTable,
];

/** The lock of migrations must be there before the first of them. */
async function makeMigrationLock(database: Knex): Promise<void> {
  const { rows } = await database.raw<{ rows: { made: boolean }[] }>(
    "select to_regclass('locks.migration') is not null as made",
  );
  if (rows[0]?.made) return;
  for (const statement of [
    'create schema if not exists locks',
    'create table if not exists locks.migration ()',
  ]) {
    await database.raw(statement).catch((error: unknown) => {
      if (!MADE_MEANWHILE.includes(codeOf(error) ?? '')) throw error;
    });
  }
}

/** Applies what is pending while no other process does; the queue's own migrations come last. */
async function applyPending(database: Knex, only?: ReadonlySet<string>): Promise<string[]> {
  const source = new SqlFiles(FOLDER, only);
  await makeMigrationLock(database);
  return await whileLocked(database, 'migration', async () => {
    const settings = { migrationSource: source, tableName: MIGRATIONS };
    // A process that was killed while migrating left knex's own lock behind; ours is held, so nobody is.
    await database.migrate.currentVersion(settings);
    await database.migrate.forceFreeMigrationsLock(settings);
    const [, applied] = (await database.migrate.latest(settings)) as [number, string[]];
    await migrateQueue(database);
    return applied;
  });
}

/**
 * Brings the database's tables to the newest form. Safe to run from two processes at once: a lock,
 * held by a connection and so freed with it, lets one wait for the other. Returns the
 * names of the migrations that were applied. An account that may not change tables is let through where
 * none needs a change, and told who must change them where one does. Throws LocksHeld where other sessions
 * hold what is to be changed for longer than the patience; nothing is changed then. With `only` the tables are
 * brought to the form that these migrations give them.
 */
export async function migrate(
  database: Knex,
  patience: LockPatience = DEFAULT_PATIENCE,
  only?: readonly string[],
): Promise<string[]> {
  const wanted = only && new Set(only);
  const source = new SqlFiles(FOLDER, wanted);
  const pending = await pendingOf(database, source);
  if (pending.length === 0 && (await isQueueCurrent(database))) return [];
  try {
    const isNew = pending.length === (await source.getMigrations()).length;
    if (isNew) await assertFitDatabase(database);
    return await patiently(database, patience, 'The migration', () =>
      applyPending(database, wanted),
    );
  } catch (error) {
    if (codeOf(error) !== SQLSTATE.insufficientPrivilege) throw error;
    if (pending.length === 0) return [];
    throw new Error(
      `The database lacks ${pending.length} migrations, from ${String(pending[0])} on, and this account may not make them: let the one that owns the tables run "techorda migrate".`,
      { cause: error },
    );
  }
}
