import { releaseHeldRun } from '../../../src/ground/database/queue/releaseHeldRun';
import { withSession } from '../../../src/ground/database/session';
import { gatesWith } from '../../../src/warehouse/gates/gateSettings';
import type { GateResult } from '../../../src/warehouse/gates/judgement';
import { Audit } from '../../../src/warehouse/refresh/record/audit';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { reportMarts } from '../../support/databases/marts';
import {
  allRows,
  change,
  emptyWarehouse,
  loadRecords,
  reportRow,
} from '../../support/databases/warehouse';

const REPORTS = 10_000;

let warehouse: TestDatabase;
let lastOffset = 0;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

/** Loads a signed report; it has a certificate, and one of fifty BINs unless another is given. */
const report = (
  id: number,
  { bin = `0102400000${10 + (id % 50)}`, lsn = id, op = 'c' as 'c' | 'd' } = {},
) => {
  lastOffset += 1;
  const data = { certificate_number: `C${id}`, ...(bin !== '' && { company_tin: bin }) };
  return change(reportRow(id, { service_request_id: id, data }), { offset: lastOffset, lsn, op });
};

const load = (reports: readonly ReturnType<typeof report>[]) =>
  loadRecords(warehouse.knex, reports);

const ids = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const notPassed = (gates: readonly GateResult[]) => gates.filter(({ state }) => state !== 'PASSED');

const placesOf = (gates: readonly GateResult[]) =>
  notPassed(gates).map(({ gate, table, state }) => `${gate} ${table} ${state}`);

async function newestVersion(): Promise<string | undefined> {
  const newest = await warehouse
    .knex('refresh.data_versions')
    .max<{ max: string }[]>('data_version_id')
    .first();
  return newest?.max;
}

async function lastRun() {
  return await warehouse.knex('refresh.runs').orderBy('run_id', 'desc').first<{
    run_id: string;
    status: string;
    sentence: string | null;
    gates: GateResult[];
    steps: unknown[];
    tables: Record<string, { read: number; published: number }>;
  }>();
}

const ofMarts = (gate: string, state: string) =>
  reportMarts.map(({ table }) => `${gate} ${table} ${state}`).sort();

describe('gates on shares', () => {
  test('warn below 10,000 rows, and all is published', async () => {
    await emptyWarehouse(warehouse.knex);
    await load([...ids(1, 9).map((id) => report(id)), report(10, { bin: '' })]);
    const { status, gates } = await refresh(warehouse.knex, { reason: 'test' });
    expect(status).toBe('PUBLISHED');
    expect(placesOf(gates)).toEqual(ofMarts('bin_missing', 'WARNED'));
    expect(notPassed(gates)[0]).toMatchObject({
      failing: 1,
      rows: 10,
      value: 10,
      limit: 0.1,
      sentence:
        '1 of the 10 rows of gold.employees fail bin_missing, which is 10 %; expected at most 0.1 %.',
      examples: [{ service_request_id: 10, report_id: 10 }],
    });
  });
});

describe('a warehouse of 10,000 reports', () => {
  let published: string;
  let version: string | undefined;
  let held: string;

  beforeAll(async () => {
    await emptyWarehouse(warehouse.knex);
    await load(ids(1, REPORTS).map((id) => report(id)));
    expect((await refresh(warehouse.knex, { reason: 'first' })).status).toBe('PUBLISHED');
    published = JSON.stringify(await allRows(warehouse.knex));
    version = await newestVersion();
  });

  test('says of each table how many rows were read and are published', async () => {
    expect((await lastRun())?.tables).toMatchObject({
      'silver.service_report_v2': { read: REPORTS, published: REPORTS },
      'gold.exports': { read: REPORTS, published: REPORTS },
      'gold.export_by_country': { read: 0, published: 0 },
    });
  });

  test('is held where too many BINs are missing: nothing of the run is served', async () => {
    await load(ids(1, 20).map((id) => report(id, { bin: '', lsn: REPORTS + id })));
    const outcome = await refresh(warehouse.knex, { reason: 'test' });
    expect(outcome).toMatchObject({ status: 'HELD', dataVersionId: undefined });
    expect(placesOf(outcome.gates)).toEqual(ofMarts('bin_missing', 'HELD'));
    expect(JSON.stringify(await allRows(warehouse.knex)) === published).toBe(true);
    expect(await newestVersion()).toBe(version);
    const run = await lastRun();
    expect(run).toMatchObject({ status: 'HELD', run_id: outcome.runId });
    expect(run?.sentence).toContain(
      '20 of the 10,000 rows of gold.exports fail bin_missing, which is 0.2 %; expected at most 0.1 %.',
    );
    const { examples } = notPassed(run?.gates ?? [])[0] ?? {};
    expect(examples).toHaveLength(5);
    for (const keys of examples ?? []) {
      expect(Object.keys(keys).sort()).toEqual(['report_id', 'service_request_id']);
    }
    held = outcome.runId;
  });

  test('is not made again while nothing is new, and is when something is', async () => {
    const again = await refresh(warehouse.knex, { reason: 'schedule' });
    expect(again).toMatchObject({ status: 'HELD', heldSince: held });
    expect((await lastRun())?.steps).toEqual([]);
    await load([report(REPORTS + 1)]);
    const next = await refresh(warehouse.knex, { reason: 'ingest' });
    expect(next).toMatchObject({ status: 'HELD', heldSince: undefined });
    expect((await lastRun())?.steps).not.toEqual([]);
    expect(await newestVersion()).toBe(version);
  });

  test('is judged by the setting of the gate instead of its file', async () => {
    const lower = new Map([['bin_missing', { limit: 0.2 }]]);
    const warned = new Map([['bin_missing', { severity: 'WARN' as const }]]);
    for (const gates of [lower, warned]) {
      // Another judgement of the same events is made anew, and here left unpublished by its end.
      const ended = new AbortController();
      const onStep = ({ step }: { step: string }) => step === 'statistics' && ended.abort();
      const run = refresh(warehouse.knex, { reason: 'test', gates, onStep, signal: ended.signal });
      await expect(run).rejects.toThrow('nothing of the run was published');
    }
    expect(await newestVersion()).toBe(version);
  });

  test('cannot be released without a name, a reason or a held run', async () => {
    const { knex } = warehouse;
    for (const [wish, sentence] of [
      [{ runId: held, by: ' ', why: 'known' }, /who releases it/],
      [{ runId: held, by: 'Aidana', why: '' }, /says why/],
      [{ runId: '999999', by: 'Aidana', why: 'known' }, /Run "999999" is not held/],
      [{ runId: 'x', by: 'Aidana', why: 'known' }, /Run "x" is not held/],
    ] as const) {
      await expect(releaseHeldRun(knex, wish)).rejects.toThrow(sentence);
    }
  });

  test('is published once it is released, on record with who and why', async () => {
    const { knex } = warehouse;
    const wish = { runId: held, by: 'Aidana', why: 'the source lost them' };
    expect((await releaseHeldRun(knex, wish)).released).toHaveLength(reportMarts.length);
    const { rows: jobs } = await knex.raw<{ rows: unknown[] }>(
      `select from graphile_worker.jobs where task_identifier = 'refresh'`,
    );
    expect(jobs).toHaveLength(1);
    const outcome = await refresh(knex, { reason: 'release' });
    expect(outcome.status).toBe('PUBLISHED');
    expect(placesOf(outcome.gates)).toEqual(ofMarts('bin_missing', 'RELEASED'));
    const releases = await knex('refresh.releases').select();
    expect(releases[0]).toMatchObject({
      run_id: held,
      gate: 'bin_missing',
      released_by: 'Aidana',
      why: 'the source lost them',
      first_version: outcome.dataVersionId,
      ended_version: null,
    });
    await expect(releaseHeldRun(knex, wish)).rejects.toThrow(
      `Run ${held} is past: a later one has published.`,
    );
  });

  test('stays released for what is no worse, and is held where it gets worse', async () => {
    await load([report(REPORTS + 2)]);
    expect((await refresh(warehouse.knex, { reason: 'test' })).status).toBe('PUBLISHED');
    await load(ids(21, 31).map((id) => report(id, { bin: '', lsn: REPORTS + id })));
    expect((await refresh(warehouse.knex, { reason: 'test' })).status).toBe('HELD');
  });

  test('needs a release again once the gate has passed by itself', async () => {
    await load(ids(1, 31).map((id) => report(id, { lsn: 2 * REPORTS + id })));
    const outcome = await refresh(warehouse.knex, { reason: 'test' });
    expect([outcome.status, placesOf(outcome.gates)]).toEqual(['PUBLISHED', []]);
    const standing = await warehouse.knex('refresh.releases').whereNull('ended_version');
    expect(standing).toEqual([]);
    await load(ids(1, 20).map((id) => report(id, { bin: '', lsn: 3 * REPORTS + id })));
    expect((await refresh(warehouse.knex, { reason: 'test' })).status).toBe('HELD');
    await load(ids(1, 20).map((id) => report(id, { lsn: 4 * REPORTS + id })));
    expect((await refresh(warehouse.knex, { reason: 'test' })).status).toBe('PUBLISHED');
  });

  test('keeps the failing rows of what it publishes in step, as reading all of them gives', async () => {
    await load(ids(5, 8).map((id) => report(id, { bin: '', lsn: 5 * REPORTS + id })));
    expect((await refresh(warehouse.knex, { reason: 'test' })).status).toBe('PUBLISHED');
    const failing = () =>
      warehouse.knex('refresh.gate_failures').orderBy(['gate', 'table_name', 'row_key']);
    const kept = await failing();
    expect(kept).toHaveLength(4 * reportMarts.length);
    await refresh(warehouse.knex, { reason: 'test', full: true });
    expect(await failing()).toEqual(kept);
    // Where the gates themselves have changed, a small refresh reads all rows once.
    await warehouse.knex('refresh.gate_failures').delete();
    await warehouse.knex('refresh.data_versions').update({ gates_hash: 'others', rows: null });
    await load([report(REPORTS + 3)]);
    await refresh(warehouse.knex, { reason: 'test' });
    expect(await failing()).toEqual(kept);
    expect((await lastRun())?.tables['gold.exports']).toEqual({ read: 1, published: REPORTS + 3 });
  });

  test('is held where rows are gone, and a release of that is for one publication', async () => {
    await load(ids(1001, 1600).map((id) => report(id, { op: 'd', lsn: 6 * REPORTS + id })));
    const outcome = await refresh(warehouse.knex, { reason: 'test' });
    expect(outcome.status).toBe('HELD');
    expect(placesOf(outcome.gates)).toContain('rows_gone silver.service_report_v2 HELD');
    const fall = outcome.gates.find(
      ({ gate, table }) => gate === 'rows_gone' && table === 'gold.exports',
    );
    expect(fall).toMatchObject({ state: 'HELD', failing: 600, rows: REPORTS + 3 });
    expect(fall?.sentence).toBe(
      'gold.exports has 600 rows fewer than the published 10,003, which is 5.9982 % (rows_gone); expected at most 5 %.',
    );
    expect(fall?.examples).toHaveLength(5);
    await releaseHeldRun(warehouse.knex, { runId: outcome.runId, by: 'Aidana', why: 'withdrawn' });
    expect((await refresh(warehouse.knex, { reason: 'release' })).status).toBe('PUBLISHED');
    const standing = await warehouse.knex('refresh.releases').whereNull('ended_version');
    expect(standing).toEqual([]);
  });
});

describe('what could not be served at all', () => {
  beforeAll(() => emptyWarehouse(warehouse.knex));

  test('is held whatever the number of rows, and cannot be released: a BIN without a pseudonym', async () => {
    const { knex } = warehouse;
    await load([report(1), { ...report(2) }]);
    await refresh(knex, { reason: 'test' });
    await knex('silver.bin_pseudonyms').where({ bin: '010240000012' }).delete();
    // Reads the mart's row of report 2 anew, and not the report with its BIN.
    await knex('refresh.data_versions').update({ gates_hash: 'others' });
    await knex('gold.exports').where({ report_id: 2 }).update({ bin_pseudonym: null });
    await load([report(3)]);
    const outcome = await refresh(knex, { reason: 'test' });
    expect([outcome.status, placesOf(outcome.gates)]).toEqual([
      'HELD',
      ['pseudonym_missing gold.exports HELD'],
    ]);
    const release = releaseHeldRun(knex, { runId: outcome.runId, by: 'Aidana', why: 'all right' });
    await expect(release).rejects.toThrow('which nobody can release');
    expect(await knex('gold.exports').where({ report_id: 3 })).toEqual([]);
  });

  test('is looked for before it is written: a mart whose rows repeat their key', async () => {
    await withSession(warehouse.knex, async (session) => {
      await session.query('begin');
      await session.query(
        'create temporary table read_exports on commit drop as select * from gold.exports union all select * from gold.exports',
      );
      const audit = new Audit(session, gatesWith(undefined));
      const staged = { table: 'gold.exports', staged: 'read_exports', units: undefined };
      expect(await audit.examine(staged)).toBe(false);
      const found = await audit.judge({}, {});
      expect(found).toContainEqual(
        expect.objectContaining({ gate: 'keys_repeated', table: 'gold.exports', state: 'HELD' }),
      );
      await session.query('rollback');
    });
  });
});

test('real data that take the place of demonstration data are not compared with them', async () => {
  await emptyWarehouse(warehouse.knex);
  const demo = { topic: 'demo.public.service_report' };
  await load(ids(1, REPORTS).map((id) => ({ ...report(id), ...demo })));
  expect((await refresh(warehouse.knex, { reason: 'test' })).status).toBe('PUBLISHED');
  await load([report(1)]);
  const outcome = await refresh(warehouse.knex, { reason: 'test' });
  expect([outcome.status, placesOf(outcome.gates)]).toEqual(['PUBLISHED', []]);
});
