import { join } from 'node:path';
import type { Knex } from 'knex';
import { migrationNames } from '../../../ground/database/migrating/migrationNames';
import { projectFolder } from '../../../ground/projectFolder';
import type { DataVersion } from '../../resolvers/request/request';
import { isNotMigrated } from '../basis/databaseFailure';
import { dataVersionOf, NEWEST_VERSION, type DataVersionRow } from '../basis/dataVersion';
import { within } from '../basis/deadline';
import { unready } from '../basis/sentences';

const PATIENCE = 2_000;

export type Readiness =
  | { readonly ready: true; readonly dataVersion: DataVersion }
  | { readonly ready: false; readonly reason: string };

/** Asks whether requests can be answered, and why not. */
export function readinessOf(database: Knex): () => Promise<Readiness> {
  const needed = migrationNames(join(projectFolder, 'migrations'));
  return async () => {
    try {
      return await within(PATIENCE, judge(database, needed));
    } catch (error) {
      const reason = isNotMigrated(error) ? unready.notMigrated : unready.databaseGone;
      return { ready: false, reason };
    }
  };
}

async function judge(database: Knex, needed: readonly string[]): Promise<Readiness> {
  const { rows: applied }: { rows: { name: string }[] } = await database.raw(
    'select name from techorda_migrations',
  );
  const names = new Set(applied.map(({ name }) => name));
  if (needed.some((name) => !names.has(name))) return { ready: false, reason: unready.notMigrated };
  const { rows: versions }: { rows: DataVersionRow[] } = await database.raw(NEWEST_VERSION);
  const [newest] = versions;
  const dataVersion = newest ? dataVersionOf(newest) : null;
  return dataVersion
    ? { ready: true, dataVersion }
    : { ready: false, reason: unready.notPublished };
}
