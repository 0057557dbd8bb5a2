import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { connect } from '../../../src/ground/database/connecting/connect';
import { codeOf } from '../../../src/ground/database/thrown';
import { currentRun } from '../jest/environment';
import { templateOf } from './runDatabases';
import { withClient, withDatabase } from './serverDatabases';

export interface TestDatabase {
  readonly knex: Knex;
  readonly url: string;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  readonly poolSize?: number;
  /** Without tables: not a copy of the migrated template. */
  readonly empty?: boolean;
}

const OBJECT_IN_USE = '55006';

async function createDatabase(serverUrl: string, name: string, template: string): Promise<void> {
  await withClient(serverUrl, async (client) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.query(`create database ${name} template ${template}`);
        return;
      } catch (error) {
        // Somebody, such as autovacuum, is connected to the template for a moment.
        if (codeOf(error) !== OBJECT_IN_USE || attempt === 50) throw error;
        await sleep(100);
      }
    }
  });
}

/** A database of the test's own, migrated and empty of rows. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const run = currentRun();
  const name = `${run.prefix}${randomBytes(6).toString('hex')}`;
  await createDatabase(run.serverUrl, name, options.empty ? 'template0' : templateOf(run));
  const url = withDatabase(run.serverUrl, name);
  const knex = connect(url, {
    poolSize: options.poolSize ?? 5,
    applicationName: 'techorda test',
  });
  return {
    knex,
    url,
    async drop() {
      await knex.destroy();
      await withClient(run.serverUrl, (client) =>
        client.query(`drop database if exists ${name} with (force)`),
      );
    },
  };
}
