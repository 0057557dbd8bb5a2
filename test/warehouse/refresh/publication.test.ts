import type { Knex } from 'knex';
import { Client } from 'pg';
import { connect } from '../../../src/ground/database/connecting/connect';
import { PUBLISHED_CHANNEL } from '../../../src/ground/database/channels';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { runTypeScript } from '../../support/programs/childProcess';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { reportMarts } from '../../support/databases/marts';
import { until } from '../../support/until';
import {
  allRows,
  change,
  emptyWarehouse,
  loadRecords,
  reportRow,
} from '../../support/databases/warehouse';
import { supportProgram } from '../../support/places';

let warehouse: TestDatabase;
/** An observer of its own, whom nothing that a test breaks can take along. */
let observer: Knex;

beforeAll(async () => {
  warehouse = await createTestDatabase({ poolSize: 8 });
  observer = connect(warehouse.url, { poolSize: 3, applicationName: 'techorda test observer' });
});
beforeEach(async () => {
  await emptyWarehouse(warehouse.knex);
  await load(1);
  await refresh(warehouse.knex, { reason: 'first' });
});
afterAll(async () => {
  await observer.destroy();
  await warehouse.drop();
});

/** Loads a signed report with this id, and its company. */
async function load(id: number): Promise<void> {
  const columns = {
    service_request_id: id,
    data: { income_total: id, company_tin: '010240000011' },
  };
  await loadRecords(warehouse.knex, [
    change(reportRow(id, columns), { offset: id }),
    change({ id, name: `ТОО ${id}` }, { offset: id, table: 'account_company' }),
  ]);
}

interface Seen {
  readonly version: number;
  readonly counts: readonly number[];
}

/** The newest data version and how many rows each table has, in statements one after another. */
async function see(reader: Knex): Promise<Seen> {
  const tables = [
    'silver.companies',
    'silver.service_report_v2',
    ...reportMarts.map(({ table }) => table),
  ];
  const newest = await reader('refresh.data_versions')
    .max<{ max: string }[]>('data_version_id')
    .first();
  const counts: number[] = [];
  for (const table of tables) {
    const row = await reader(table).count<{ count: string }[]>('* as count').first();
    counts.push(Number(row?.count));
  }
  return { version: Number(newest?.max), counts };
}

const seenNow = () => observer.transaction(see, { isolationLevel: 'repeatable read' });
const everywhere = (count: number) => Array<number>(reportMarts.length + 2).fill(count);

interface Run {
  readonly status: string;
  readonly error: string | null;
  readonly finished_at: string | null;
}

async function runs(): Promise<Run[]> {
  return await observer<Run>('refresh.runs')
    .orderBy('run_id')
    .select('status', 'error', 'finished_at');
}

/** The server's process that holds the refresh lock; undefined when nobody does. */
async function lockHolder(): Promise<number | undefined> {
  const { rows } = await observer.raw<{ rows: { pid: number }[] }>(
    `select pid from pg_locks where relation = 'locks.refresh'::regclass and mode = 'ExclusiveLock'
       and granted and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]?.pid;
}

/** Stops every refresh just before it publishes, until `release` is called. */
async function holdPublication(): Promise<{
  reached: () => Promise<void>;
  release: () => Promise<void>;
}> {
  const client = new Client({ connectionString: warehouse.url });
  await client.connect();
  await client.query('begin');
  await client.query('select from refresh.applied for share');
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  return {
    reached: () =>
      until(async () => {
        const { rows } = await observer.raw<{ rows: unknown[] }>(
          'select from pg_stat_activity where ? = any (pg_blocking_pids(pid))',
          [pid],
        );
        return rows.length > 0;
      }),
    release: () => client.end(),
  };
}

/** Nothing of the second load is to be seen, and a refresh that is let run brings it. */
async function expectUnpublishedThenComplete(version: number): Promise<void> {
  expect(await seenNow()).toEqual({ version, counts: everywhere(1) });
  expect((await refresh(warehouse.knex, { reason: 'next' })).status).toBe('PUBLISHED');
  const seen = await seenNow();
  expect(seen.counts).toEqual(everywhere(2));
  expect(seen.version).toBeGreaterThan(version);
  const rows = await allRows(warehouse.knex);
  await refresh(warehouse.knex, { reason: 'rebuild', full: true });
  expect(await allRows(warehouse.knex)).toEqual(rows);
}

describe('a reader in one transaction', () => {
  test('sees its version whole, however many are published meanwhile', async () => {
    await observer.transaction(
      async (reader) => {
        const first = await see(reader);
        expect(first.counts).toEqual(everywhere(1));
        await load(2);
        await refresh(warehouse.knex, { reason: 'second' });
        await loadRecords(warehouse.knex, [change({ id: 1 }, { offset: 11, op: 'd' })]);
        await refresh(warehouse.knex, { reason: 'rebuild', full: true });
        expect(await see(reader)).toEqual(first);
      },
      { isolationLevel: 'repeatable read' },
    );
  });

  test('never sees a mixture or an emptiness while refreshes publish', async () => {
    const { version: begin } = await seenNow();
    let published = false;
    const seen: Seen[] = [];
    const reading = [1, 2].map(async () => {
      while (!published) seen.push(await seenNow());
    });
    for (let id = 2; id <= 9; id += 1) {
      await load(id);
      await refresh(warehouse.knex, { reason: 'test', full: id % 3 === 0 });
    }
    published = true;
    await Promise.all(reading);
    for (const { version, counts } of seen) expect(counts).toEqual(everywhere(1 + version - begin));
    expect(new Set(seen.map(({ version }) => version)).size).toBeGreaterThan(2);
  });

  test('is not held up by a refresh under way, and sees nothing of it', async () => {
    const before = await seenNow();
    const hold = await holdPublication();
    await load(2);
    const refreshing = refresh(warehouse.knex, { reason: 'second', full: true });
    await hold.reached();
    // The refresh goes on only once it is released: who is answered before did not wait for it.
    expect(await seenNow()).toEqual(before);
    await hold.release();
    await refreshing;
    expect((await seenNow()).counts).toEqual(everywhere(2));
  });

  test('hears of each publication, and of nothing that is not published', async () => {
    const listener = new Client({ connectionString: warehouse.url });
    await listener.connect();
    const heard: string[] = [];
    listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await listener.query(`listen ${PUBLISHED_CHANNEL}`);
    await refresh(warehouse.knex, { reason: 'nothing new' });
    await load(2);
    await refresh(warehouse.knex, { reason: 'second' });
    await until(() => heard.length > 0);
    await listener.end();
    // A hint to look, and no data.
    expect(heard).toEqual(['']);
  });
});

describe('two refreshes at once', () => {
  test('run one after another, and the second finds nothing left to do', async () => {
    const hold = await holdPublication();
    await load(2);
    const first = refresh(warehouse.knex, { reason: 'one' });
    await hold.reached();
    let waits = 0;
    const second = refresh(warehouse.knex, { reason: 'other', onWait: () => (waits += 1) });
    await until(() => waits > 0);
    // The one that waits is on record only once it begins.
    expect((await runs()).map(({ status }) => status)).toEqual(['PUBLISHED', 'RUNNING']);
    await hold.release();
    expect([(await first).status, (await second).status]).toEqual(['PUBLISHED', 'UNCHANGED']);
    expect(waits).toBe(1);
    expect((await runs()).map(({ status }) => status)).toEqual([
      'PUBLISHED',
      'PUBLISHED',
      'UNCHANGED',
    ]);
    expect((await seenNow()).counts).toEqual(everywhere(2));
    expect(await lockHolder()).toBeUndefined();
  });

  test('and many all end well, with one version of each state of Bronze', async () => {
    await load(2);
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map(() => refresh(warehouse.knex, { reason: 'crowd' })),
    );
    const statuses = outcomes.map(({ status }) => status).sort();
    expect(statuses).toEqual(['PUBLISHED', 'UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
  });

  test('do not mix with a load that commits meanwhile', async () => {
    const hold = await holdPublication();
    await load(2);
    const first = refresh(warehouse.knex, { reason: 'one' });
    await hold.reached();
    await load(3);
    await hold.release();
    await first;
    expect((await seenNow()).counts).toEqual(everywhere(2));
    await refresh(warehouse.knex, { reason: 'next' });
    expect((await seenNow()).counts).toEqual(everywhere(3));
  });
});

describe('a refresh that is killed', () => {
  test('by the loss of its connection publishes nothing and frees the lock at once', async () => {
    const { version } = await seenNow();
    const hold = await holdPublication();
    await load(2);
    const failure = refresh(warehouse.knex, { reason: 'killed' }).catch((error: unknown) => error);
    await hold.reached();
    await observer.raw('select pg_terminate_backend(?)', [(await lockHolder()) ?? 0]);
    expect(await failure).toMatchObject({ message: expect.stringMatching(/terminat/) as unknown });
    await until(async () => (await lockHolder()) === undefined);
    expect(await runs()).toMatchObject([
      { status: 'PUBLISHED' },
      { status: 'FAILED', error: expect.stringMatching(/terminat/) as unknown },
    ]);
    await hold.release();
    await expectUnpublishedThenComplete(version);
  });

  test('with its process publishes nothing and frees the lock, in the midst of a statement too', async () => {
    const { version } = await seenNow();
    const hold = await holdPublication();
    await load(2);
    const program = runTypeScript(supportProgram('runRefresh'), [warehouse.url]);
    await program.line(/^step: publish/);
    await hold.reached();
    program.process.kill('SIGKILL');
    await program.ended;
    await until(async () => (await lockHolder()) === undefined);
    expect((await runs()).at(-1)).toMatchObject({ status: 'RUNNING', finished_at: null });
    await hold.release();
    await expectUnpublishedThenComplete(version);
    // Its run is closed by the next one.
    expect((await runs())[1]).toMatchObject({
      status: 'FAILED',
      error: 'The process ended before the run did; nothing of the run was published.',
      finished_at: expect.any(String) as unknown,
    });
  });
});

describe('a refresh that fails', () => {
  test('is on record with its error, publishes nothing and leaves the way free', async () => {
    const { version } = await seenNow();
    await observer.raw('alter table gold.exports add constraint unwanted check (report_id <> 2)');
    await load(2);
    for (const full of [false, true]) {
      await expect(refresh(warehouse.knex, { reason: 'test', full })).rejects.toThrow(/"unwanted"/);
    }
    expect(await runs()).toMatchObject([
      { status: 'PUBLISHED', error: null },
      { status: 'FAILED', error: expect.stringContaining('"unwanted"') as unknown },
      { status: 'FAILED', finished_at: expect.any(String) as unknown },
    ]);
    expect(await lockHolder()).toBeUndefined();
    await observer.raw('alter table gold.exports drop constraint unwanted');
    await expectUnpublishedThenComplete(version);
  });

  test('to get a second connection, for its record, frees the lock', async () => {
    const narrow = connect(warehouse.url, {
      poolSize: 1,
      applicationName: 'techorda test narrow',
      acquireTimeout: 200,
    });
    try {
      await expect(refresh(narrow, { reason: 'test' })).rejects.toThrow(/[Tt]imeout/);
      expect(await lockHolder()).toBeUndefined();
    } finally {
      await narrow.destroy();
    }
  });
});

describe('a full rebuild', () => {
  test('without anything new publishes a version of the very same rows', async () => {
    await load(2);
    await refresh(warehouse.knex, { reason: 'second' });
    const rows = await allRows(warehouse.knex);
    const outcome = await refresh(warehouse.knex, { reason: 'rebuild', full: true });
    expect(outcome).toMatchObject({ status: 'PUBLISHED', full: true });
    for (const change of Object.values(outcome.changed)) {
      expect(change).toEqual({ inserted: 0, updated: 0, deleted: 0 });
    }
    expect(await allRows(warehouse.knex)).toEqual(rows);
  });

  test('is not needed for what is new: the outcome says how many rows of each table changed', async () => {
    await load(2);
    const outcome = await refresh(warehouse.knex, { reason: 'second' });
    const one = { inserted: 1, updated: 0, deleted: 0 };
    expect(outcome).toMatchObject({ full: false, status: 'PUBLISHED' });
    expect(outcome.changed).toMatchObject({
      'silver.companies': one,
      'silver.service_report_v2': one,
      'gold.financing': one,
      'gold.export_by_country': { ...one, inserted: 0 },
    });
    const [version] = await observer('refresh.data_versions')
      .orderBy('data_version_id', 'desc')
      .limit(1)
      .select<{ changed: unknown; full_rebuild: boolean }[]>('changed', 'full_rebuild');
    expect(version).toEqual({ changed: outcome.changed, full_rebuild: false });
  });
});
