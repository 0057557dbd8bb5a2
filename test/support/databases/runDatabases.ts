import { connect } from '../../../src/ground/database/connecting/connect';
import { migrate } from '../../../src/ground/database/migrating/migrate';
import type { TestRun } from '../jest/environment';
import { dropDatabases, withClient, withDatabase } from './serverDatabases';

const HOUR = 3_600_000;

/** Names tell when their run began, so that what a killed run left on a shared server can be told and dropped. */
export function newPrefix(now = Date.now()): string {
  return `techorda_test_${now}_${process.pid}_`;
}

export function templateOf({ prefix }: Pick<TestRun, 'prefix'>): string {
  return `${prefix}template`;
}

/** Makes the migrated database that every test's database is a copy of. */
export async function buildTemplate(run: TestRun): Promise<void> {
  const template = templateOf(run);
  await withClient(run.serverUrl, (client) =>
    client.query(`create database ${template} template template0 encoding 'UTF8' locale 'C'`),
  );
  const database = connect(withDatabase(run.serverUrl, template), {
    poolSize: 2,
    applicationName: 'techorda test template',
  });
  try {
    await migrate(database);
  } finally {
    await database.destroy();
  }
}

export async function dropRunDatabases({ serverUrl, prefix }: TestRun): Promise<void> {
  await dropDatabases(serverUrl, new RegExp(`^${prefix}`));
}

export async function dropAbandonedDatabases(serverUrl: string): Promise<void> {
  await withClient(serverUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select datname as name from pg_database where datname ~ '^techorda_test_[0-9]+_'`,
    );
    for (const { name } of rows) {
      const begun = Number(name.split('_')[2]);
      if (Date.now() - begun < 3 * HOUR) continue;
      await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`);
    }
  });
}
