import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { connect } from '../../../src/ground/database/connecting/connect';
import { CARELESS_SETTINGS } from '../../../src/ground/database/embedded/serverSettings';
import { startEmbeddedPostgres } from '../../../src/ground/database/embedded/startEmbeddedPostgres';
import { migrate } from '../../../src/ground/database/migrating/migrate';
import { projectFolder } from '../../../src/ground/projectFolder';
import { runTypeScript } from '../../support/programs/childProcess';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { supportProgram } from '../../support/places';

const program = supportProgram('migrateDatabase');

/** The oldest version that is promised, where the machine has it. */
const oldServer = '/usr/lib/postgresql/15/bin';
const testOnOldServer = existsSync(join(oldServer, 'postgres')) ? test : test.skip;

async function files(): Promise<string[]> {
  const names = await readdir(join(projectFolder, 'migrations'));
  return names.filter((name) => name !== 'schema.sql').sort();
}

async function tables(knex: Knex): Promise<string[]> {
  const { rows } = (await knex.raw(`
    select format('%s.%s %s %s', table_schema, table_name, column_name, data_type) as found
    from information_schema.columns
    where table_schema in ('bronze', 'silver', 'gold', 'refresh', 'access')
    order by 1`)) as { rows: { found: string }[] };
  return rows.map(({ found }) => found);
}

function appliedBy(output: string): string[] {
  const line = output.split('\n').find((text) => text.startsWith('applied: '));
  return JSON.parse(line?.slice('applied: '.length) ?? 'null') as string[];
}

describe('on an empty database', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase({ empty: true });
  });
  afterEach(async () => {
    await database.drop();
  });

  test('every file is applied once, in the order of their names', async () => {
    expect(await migrate(database.knex)).toEqual(await files());
    expect(await migrate(database.knex)).toEqual([]);
    expect(await tables(database.knex)).toContain('gold.financing loan_funds numeric');
  });

  test('where nothing is pending nothing is done, and the queue has its tables whatever became of them', async () => {
    const { knex } = database;
    const statements: string[] = [];
    const queueTables = async () => {
      const { rows } = await knex.raw<{ rows: { found: boolean }[] }>(
        "select to_regclass('graphile_worker.jobs') is not null as found",
      );
      return rows[0]?.found;
    };
    await migrate(knex);
    const note = ({ sql }: { sql: string }) => void statements.push(sql);
    knex.on('query', note);
    expect(await migrate(knex)).toEqual([]);
    knex.off('query', note);
    expect(statements.filter((sql) => !/^select/.test(sql))).toEqual([]);
    expect(statements.join('\n')).not.toContain('pg_advisory_lock');

    await knex.raw("comment on schema graphile_worker is 'graphile-worker 0.1.0'");
    expect(await migrate(knex)).toEqual([]);
    await knex.raw('drop schema graphile_worker cascade');
    expect(await migrate(knex)).toEqual([]);
    expect(await queueTables()).toBe(true);
  });

  test('of two processes that migrate at once, one does it and the other waits', async () => {
    const programs = [1, 2].map(() => runTypeScript(program, [database.url]));
    const ends = await Promise.all(programs.map(({ ended }) => ended));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const applied = ends.map(({ output }) => appliedBy(output));
    expect(applied.toSorted((one, other) => one.length - other.length)).toEqual([
      [],
      await files(),
    ]);
  });

  test('an account that is no superuser migrates the database that it owns, and searches in it', async () => {
    const role = `owner_${randomBytes(6).toString('hex')}`;
    const url = new URL(database.url);
    url.username = role;
    url.password = role;
    const asOwner = () => connect(url.href, { poolSize: 2, applicationName: 'techorda test' });
    await database.knex.raw(`create role ${role} login password '${role}'`);
    await database.knex.raw('alter database ?? owner to ??', [url.pathname.slice(1), role]);
    const migrating = asOwner();
    await migrate(migrating).finally(() => migrating.destroy());
    // On a connection that has not loaded pg_trgm before.
    const searching = asOwner();
    try {
      await searching('silver.companies').insert({ company_id: 1, name: 'ТОО «Арман»' });
      const { rows } = await searching.raw<{ rows: unknown[] }>(
        "select company_id, closeness from silver.names_like('apmah', 'arman')",
      );
      expect(rows).toEqual([{ company_id: 1, closeness: 0 }]);
    } finally {
      await searching.destroy();
      await database.knex.raw(`reassign owned by ${role} to current_user`);
      await database.knex.raw(`drop owned by ${role}; drop role ${role}`);
    }
  });

  test('a migration that was killed hinders nobody', async () => {
    const first = runTypeScript(program, [database.url]);
    await first.line(/^begun/);
    const begun = async () => {
      const { rows } = (await database.knex.raw(
        "select to_regclass('techorda_migrations') is not null as found",
      )) as { rows: [{ found: boolean }] };
      return rows[0].found;
    };
    while (!(await begun())) await sleep(5);
    first.process.kill('SIGKILL');
    await first.ended;

    await migrate(database.knex);
    const { rows } = (await database.knex.raw(
      'select name from techorda_migrations order by name',
    )) as { rows: { name: string }[] };
    expect(rows.map(({ name }) => name)).toEqual(await files());
  });
});

testOnOldServer('PostgreSQL 15 gets the same tables as the newest', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), `techorda-test-${process.pid}-`));
  // Before version 16, PostgreSQL needs a way into the folders above its data.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir,
    binFolder: oldServer,
    settings: { ...CARELESS_SETTINGS, shared_buffers: '16MB' },
  });
  const old = connect(server.url, { poolSize: 2, applicationName: 'techorda test' });
  const database = await createTestDatabase();
  try {
    await migrate(old);
    const { rows } = (await old.raw('show server_version')) as {
      rows: [{ server_version: string }];
    };
    expect(rows[0].server_version).toMatch(/^15\./);
    expect(await tables(old)).toEqual(await tables(database.knex));
  } finally {
    await old.destroy();
    await server.stop();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

/** What the catalogue says in words of its own differs between releases of PostgreSQL. */
const testOnOwnServer = process.env['TEST_DATABASE_URL'] === undefined ? test : test.skip;

testOnOwnServer('migrations/schema.sql is what the migrations make', async () => {
  const database = await createTestDatabase();
  try {
    const read = await readFile(
      join(projectFolder, 'build', 'schema', 'databaseSchema.sql'),
      'utf8',
    );
    const { rows } = await database.knex.raw<{ rows: { statement: string }[] }>(
      read.replaceAll('?', '\\?'),
    );
    const statements = rows.map(({ statement }) => statement.trimEnd()).join('\n\n');
    const file = await readFile(join(projectFolder, 'migrations', 'schema.sql'), 'utf8');
    expect(file.split('\n').slice(3).join('\n')).toBe(`${statements}\n`);
    expect(statements).toContain('create table gold.financing (');
  } finally {
    await database.drop();
  }
});
