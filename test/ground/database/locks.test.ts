import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { compact } from '../../../src/warehouse/bronze/compact';
import { fillDemonstration } from '../../../src/commands/preparing/fillDemonstration';
import { whileLocked } from '../../../src/ground/database/locking/locks';
import { keepMaskedViews } from '../../../src/ground/database/accounts/maskedViews';
import { migrate } from '../../../src/ground/database/migrating/migrate';
import { makeRoles, roleName } from '../../../src/ground/database/accounts/roles';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

const PREFIX = `techorda_test_${randomBytes(4).toString('hex')}`;
const ROLES = ['api', 'analyst', 'worker'] as const;

const MASK = { fromYear: 0, policy: 'year' } as const;

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
  await keepMaskedViews(
    warehouse.knex,
    ['create view gold_masked.nothing as select 1 as one'],
    MASK,
  );
  await makeRoles(warehouse.knex, PREFIX);
  for (const role of ROLES) {
    const name = roleName(PREFIX, role);
    await warehouse.knex.raw(`create role ${name}_login login password 'secret' in role ${name}`);
  }
});
afterAll(async () => {
  for (const role of ROLES) {
    const name = roleName(PREFIX, role);
    await warehouse.knex.raw(
      `drop owned by ${name}_login, ${name}; drop role ${name}_login, ${name}`,
    );
  }
  await warehouse.drop();
});

async function asRole<Result>(
  role: (typeof ROLES)[number],
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const address = new URL(warehouse.url);
  address.username = `${roleName(PREFIX, role)}_login`;
  address.password = 'secret';
  const client = new Client({ connectionString: address.href });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

test('no advisory lock that an analyst takes holds up a refresh, a migration, a compaction, views or a first filling', async () => {
  const { knex } = warehouse;
  await asRole('analyst', async (analyst) => {
    await analyst.query(
      'select pg_advisory_lock(no), pg_advisory_lock_shared(no) from generate_series(7402000, 7402200) no',
    );
    await loadRecords(knex, [change(reportRow(1), { offset: 1 })]);
    expect((await refresh(knex, { reason: 'test' })).status).toBe('PUBLISHED');
    const folded = await compact(knex, { before: new Date() });
    expect([...folded.values()].map(({ events }) => events)).toEqual([0, 0, 0]);
    expect((await fillDemonstration(knex, 0.01, () => undefined)).counts.added).toBeGreaterThan(0);
    const views = ['create view gold_masked.other as select 1 as one'];
    await keepMaskedViews(knex, views, MASK);
    // Of a queue of another release all that is pending is applied, as with migrations of our own.
    await knex.raw("comment on schema graphile_worker is 'graphile-worker 0.1.0'");
    expect(await migrate(knex)).toEqual([]);
  });
});

test('the locks are not for the analyst, the API or their like to take in any mode, and the worker takes its own', async () => {
  const { rows } = await warehouse.knex.raw<{ rows: { name: string }[] }>(
    "select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema = 'locks' order by 1",
  );
  const locks = rows.map(({ name }) => name);
  expect(locks).toEqual([
    'locks.compaction',
    'locks.demonstration',
    'locks.masked_views',
    'locks.migration',
    'locks.refresh',
  ]);
  const outcomes = (role: (typeof ROLES)[number], mode: string) =>
    asRole(role, async (client) => {
      const taken: string[] = [];
      for (const lock of locks) {
        await client.query('begin');
        await client.query(`lock table ${lock} in ${mode} mode nowait`).then(
          () => taken.push(lock),
          () => undefined,
        );
        await client.query('rollback');
      }
      return taken;
    });
  for (const mode of ['access share', 'row exclusive', 'exclusive', 'access exclusive']) {
    expect(await outcomes('analyst', mode)).toEqual([]);
    expect(await outcomes('api', mode)).toEqual([]);
  }
  expect(await outcomes('worker', 'exclusive')).toEqual([
    'locks.compaction',
    'locks.demonstration',
    'locks.refresh',
  ]);
});

test('who has a lock for long holds up no vacuum: its transaction has neither a snapshot nor a number', async () => {
  await whileLocked(warehouse.knex, 'demonstration', async () => {
    const { rows } = await warehouse.knex.raw<{ rows: unknown[] }>(
      `select state, backend_xmin, backend_xid from pg_locks join pg_stat_activity using (pid)
       where relation = 'locks.demonstration'::regclass`,
    );
    expect(rows).toEqual([{ state: 'idle in transaction', backend_xmin: null, backend_xid: null }]);
  });
});
