import { Client } from 'pg';
import { loadConfig } from '../../../src/config/config';
import { patiently } from '../../../src/ground/database/locking/lockPatience';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { techorda } from '../../support/programs/runCommand';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

const SECRET = 'a value of a row';

let warehouse: TestDatabase;
beforeEach(async () => {
  warehouse = await createTestDatabase();
  const made = techorda(['migrate'], { DATABASE_URL: warehouse.url });
  expect(await made.ended).toBe(0);
});
afterEach(() => warehouse.drop());

interface Holder {
  readonly pid: number;
  readonly user: string;
  end(): Promise<void>;
}

/** Somebody who has begun a transaction and gone for a coffee. */
async function hold(statement: string): Promise<Holder> {
  const client = new Client({ connectionString: warehouse.url, application_name: 'dashboard' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  const { rows } = await client.query<{ pid: number; user: string }>(
    `select pg_backend_pid() as pid, current_user as "user"`,
  );
  await client.query(`${statement} /* ${SECRET} */`);
  return { pid: rows[0]?.pid ?? 0, user: rows[0]?.user ?? '', end: () => client.end() };
}

/** As if the database were of the release before the one with this table. */
async function forgetMigration(): Promise<void> {
  await warehouse.knex.raw('drop table access.clear_bin_counts cascade');
  await warehouse.knex.raw(
    "delete from techorda_migrations where name like '%_access_clear_bin_counts.sql'",
  );
}

const readsViews = 'select from gold_masked.financing';
const command = (args: readonly string[], settings: NodeJS.ProcessEnv = {}) =>
  techorda(args, { DATABASE_URL: warehouse.url, PORT: '0', ...settings });
const holderText = ({ pid, user }: Holder) =>
  `process ${pid} of the database server (user ${user}, application dashboard, its transaction open for `;

async function viewsThere(): Promise<boolean> {
  const { rows } = await warehouse.knex.raw<{ rows: { there: boolean }[] }>(
    "select to_regclass('gold_masked.financing') is not null as there",
  );
  return rows[0]?.there === true;
}

test('a migration that an open transaction hinders names it, leaves readers alone, and goes on when it ends', async () => {
  await forgetMigration();
  const holder = await hold(readsViews);
  const migrating = command(['migrate']);
  await migrating.says(/The migration cannot get a lock; nothing is changed yet/);
  expect(migrating.said()).toContain(`Waiting for a lock that is held by ${holderText(holder)}`);
  expect(migrating.said()).not.toContain(SECRET);
  // It has given its own locks back: between two attempts nobody waits for it.
  expect(await viewsThere()).toBe(true);
  await warehouse.knex.raw(readsViews);
  await holder.end();
  expect(await migrating.ended).toBe(0);
  expect(migrating.said()).toContain('_access_clear_bin_counts.sql\n');
  expect(await viewsThere()).toBe(true);
});

test.each([
  ['the migration of a command', ['status'], forgetMigration, {}, 'The migration'],
  ['a start', ['start', '--no-demo'], forgetMigration, {}, 'The migration'],
  [
    'the making of views',
    ['migrate'],
    () => Promise.resolve(),
    { MASK_BIN_FROM_YEAR: '0' },
    "The making of the analysts' views",
  ],
])(
  '%s ends with a sentence and status 1 where the lock stays held, and changes nothing',
  async (_, args, given, settings, what) => {
    await given();
    const holder = await hold(readsViews);
    const running = command(args, { ...settings, LOCK_PATIENCE_SECONDS: '0' });
    expect(await running.ended).toBe(1);
    const said = running.said();
    expect(said).toContain(
      `${what} got no lock within 0 seconds (LOCK_PATIENCE_SECONDS), and nothing was changed: it is held by ${holderText(holder)}`,
    );
    expect(said).toContain(
      `End what holds it, such as with: select pg_terminate_backend(${holder.pid}), and try again.\n`,
    );
    expect(said).not.toContain(SECRET);
    expect(await viewsThere()).toBe(true);
    await holder.end();
  },
);

test('a refresh and a load that somebody hinders name who it is', async () => {
  await loadRecords(warehouse.knex, [
    change(reportRow(1, { service_request_id: 1 }), { offset: 1 }),
  ]);
  const holder = await hold(
    'lock table gold.financing, bronze.quarantine in access exclusive mode',
  );
  const refreshing = command(['refresh']);
  const loading = command(['ingest', '-']);
  loading.child.stdin?.end('no record\n');
  const says = new RegExp(`held by process ${holder.pid} .*application dashboard`);
  await Promise.all([refreshing.says(says), loading.says(says)]);
  await holder.end();
  expect(await refreshing.ended).toBe(0);
  expect((await refresh(warehouse.knex, { reason: 'next' })).status).toBe('UNCHANGED');
  await loading.ended;
});

test('what is no matter of locks is not tried again', async () => {
  let attempts = 0;
  const { LOCK_PATIENCE_SECONDS: seconds } = loadConfig({});
  expect(seconds).toBe(300);
  await expect(
    patiently(warehouse.knex, { seconds, say: () => undefined }, 'Something', () => {
      attempts += 1;
      return warehouse.knex.raw('select from no_such_table');
    }),
  ).rejects.toThrow('no_such_table');
  expect(attempts).toBe(1);
});
