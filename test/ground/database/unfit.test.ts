import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/ground/database/connecting/connect';
import { explainFailure } from '../../../src/ground/database/embedded/binaries/failure';
import { CARELESS_SETTINGS } from '../../../src/ground/database/embedded/serverSettings';
import { startEmbeddedPostgres } from '../../../src/ground/database/embedded/startEmbeddedPostgres';
import { migrate } from '../../../src/ground/database/migrating/migrate';
import { UnfitDatabase } from '../../../src/ground/database/migrating/unfitDatabase';
import { createTestDatabase } from '../../support/databases/database';
import { currentRun } from '../../support/jest/environment';
import { withClient, withDatabase } from '../../support/databases/serverDatabases';

async function migrating(url: string): Promise<unknown> {
  const knex = connect(url, { poolSize: 3, applicationName: 'techorda test' });
  return await migrate(knex)
    .catch((error: unknown) => error)
    .finally(() => knex.destroy());
}

test.each(['SQL_ASCII', 'LATIN1'])(
  'a database with the encoding %s is refused with a sentence',
  async (encoding) => {
    const { serverUrl, prefix } = currentRun();
    const name = `${prefix}${randomBytes(4).toString('hex')}`;
    await withClient(serverUrl, (client) =>
      client.query(`create database ${name} encoding '${encoding}' locale 'C' template template0`),
    );
    try {
      const error = await migrating(withDatabase(serverUrl, name));
      expect(error).toBeInstanceOf(UnfitDatabase);
      expect((error as Error).message).toBe(
        `The database "${name}" has the encoding ${encoding}, and the source's texts are UTF-8. Make another for it: create database … encoding 'UTF8' template template0.`,
      );
    } finally {
      await withClient(serverUrl, (client) => client.query(`drop database ${name} with (force)`));
    }
  },
);

test('a database without the schema public, and an account without rights, are told; an empty search_path is not in the way', async () => {
  const { knex, url, drop } = await createTestDatabase({ empty: true });
  const role = `nobody_${randomBytes(4).toString('hex')}`;
  const name = new URL(url).pathname.slice(1);
  const as = new URL(url);
  as.username = role;
  as.password = role;
  try {
    await knex.raw(`create role ${role} login password '${role}'`);
    expect(String(await migrating(as.href))).toContain(
      `The account ${role} may make no schemas in the database "${name}": let the database's owner run "techorda migrate"`,
    );
    await knex.raw('drop schema public cascade');
    expect(String(await migrating(url))).toContain(
      `The database "${name}" has no schema public, where the list of migrations`,
    );
    await knex.raw('create schema public');
    await knex.raw(`alter database ${name} set search_path = ''`);
    expect(await migrating(url)).not.toBeInstanceOf(Error);
  } finally {
    await knex.raw(`drop role ${role}`);
    await drop();
  }
});

test('a data folder that others may enter is closed to them', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), `techorda-test-${process.pid}-`));
  const cluster = join(dataDir, 'postgres');
  const start = () =>
    startEmbeddedPostgres({ dataDir, settings: { ...CARELESS_SETTINGS, shared_buffers: '16MB' } });
  try {
    await (await start()).stop();
    for (const mode of [0o755, 0o777, 0o2770]) {
      await chmod(cluster, mode);
      const server = await start();
      expect((await stat(cluster)).mode & 0o7777).toBe(0o700);
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('a user without an entry in the list of users is told so in a sentence', () => {
  const said = 'initdb: error: could not look up effective user ID 54321: user does not exist';
  expect(explainFailure('x', '/data', said).message).toMatch(
    /^The user that this program runs as has a number, but no entry in the list of users/,
  );
});
