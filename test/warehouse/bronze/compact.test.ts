import fc from 'fast-check';
import { compact, type CompactOptions } from '../../../src/warehouse/bronze/compact';
import { printCompaction } from '../../../src/commands/compact';
import { whileLocked } from '../../../src/ground/database/locking/locks';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import {
  allRows,
  change,
  emptyWarehouse,
  loadRecords,
  reportRow,
} from '../../support/databases/warehouse';
import { play, steps } from '../refresh/history/sourceHistory';
import { tangles, tangled } from '../refresh/history/tangledRecords';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());
beforeEach(() => emptyWarehouse(warehouse.knex));

const LATER = new Date('2100-01-01T00:00:00Z');
const PLACEHOLDER = '__debezium_unavailable_value';

const fold = async (options: Partial<CompactOptions> = {}) =>
  foldedReports(await compact(warehouse.knex, { before: LATER, batchKeys: 2, ...options }));
const foldedReports = (folded: Awaited<ReturnType<typeof compact>>) =>
  [...folded].find(([{ id }]) => id === 'service_report')?.[1].events ?? Number.NaN;
const rebuilt = async () => {
  await refresh(warehouse.knex, { reason: 'rebuild', full: true });
  return await allRows(warehouse.knex);
};
const contents = async () =>
  await warehouse
    .knex('bronze.service_report_cdc')
    .orderBy('kafka_offset')
    .whereNotNull('payload')
    .pluck<string[]>('kafka_offset');

const version = (text: string) => ({ version: text });

test('whatever the history and whenever it is compacted, a rebuild and all that comes later give the same rows', async () => {
  const order = fc.infiniteStream(fc.nat());
  await fc.assert(
    fc.asyncProperty(steps, tangles, fc.nat(60), order, async (history, knots, cut, random) => {
      const records = tangled(play(history).records, knots);
      // In any order: what comes later may be older, and may move events without a position.
      const shuffled = records
        .map((record) => ({ record, at: random.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ record }) => record);
      const [first, rest] = [shuffled.slice(0, cut), shuffled.slice(cut)];

      await emptyWarehouse(warehouse.knex);
      await loadRecords(warehouse.knex, first);
      await refresh(warehouse.knex, { reason: 'first' });
      const before = await allRows(warehouse.knex);
      await loadRecords(warehouse.knex, rest);
      await refresh(warehouse.knex, { reason: 'rest' });
      const uncompacted = await allRows(warehouse.knex);

      await emptyWarehouse(warehouse.knex);
      await loadRecords(warehouse.knex, first);
      await refresh(warehouse.knex, { reason: 'first' });
      await fold();
      expect(await rebuilt()).toEqual(before);
      // Known records are known still.
      expect(await loadRecords(warehouse.knex, first)).toMatchObject({ added: 0, quarantined: 0 });
      await loadRecords(warehouse.knex, rest);
      await refresh(warehouse.knex, { reason: 'rest' });
      expect(await allRows(warehouse.knex)).toEqual(uncompacted);
      await fold();
      expect(await rebuilt()).toEqual(uncompacted);
    }),
    { numRuns: Number(process.env['HISTORY_RUNS'] ?? 6) },
  );
}, 1_800_000);

test('what is compacted beside loads and refreshes has the rows that it would have had', async () => {
  const ids = Array.from({ length: 40 }, (_, index) => index + 1);
  const round = (number: number) =>
    ids.map((id) =>
      change(reportRow(id, { service_request_id: id, data: { income_total: id * number } }), {
        offset: number * 1_000 + id,
        op: 'u',
      }),
    );
  await loadRecords(warehouse.knex, [...round(0), ...round(1)]);
  await refresh(warehouse.knex, { reason: 'first' });
  let folded = 0;
  const compacting = (async () => {
    for (let time = 1; time <= 6; time += 1) folded += await fold();
  })();
  for (let number = 2; number <= 6; number += 1) {
    await loadRecords(warehouse.knex, round(number));
    await refresh(warehouse.knex, { reason: 'beside', full: number % 2 === 0 });
  }
  await compacting;
  const rows = await allRows(warehouse.knex);
  expect(await rebuilt()).toEqual(rows);
  expect(rows['gold.general_indicators']).toHaveLength(ids.length);
  expect(folded + (await fold())).toBe(ids.length * 6);
});

test('a compaction that ends in its midst leaves whole batches, and the next one does the rest', async () => {
  const ids = [1, 2, 3, 4, 5];
  await loadRecords(warehouse.knex, [
    ...ids.map((id) => change(reportRow(id, version('old')), { offset: id })),
    ...ids.map((id) => change(reportRow(id), { offset: 10 + id, op: 'u' })),
  ]);
  await refresh(warehouse.knex, { reason: 'test' });
  const end = () => {
    throw new Error('It ends here.');
  };
  await expect(fold({ onProgress: end })).rejects.toThrow('It ends here.');
  expect(await contents()).toHaveLength(8);
  const rows = await allRows(warehouse.knex);
  expect(await rebuilt()).toEqual(rows);
  expect(await fold()).toBe(3);
  expect(await contents()).toHaveLength(5);
});

test('while another compaction is under way, none begins', async () => {
  await whileLocked(warehouse.knex, 'compaction', async () => {
    const sentence = 'Another compaction is under way; expected it to end first.';
    await expect(fold()).rejects.toThrow(sentence);
  });
  expect(await fold()).toBe(0);
});

test('the newest event keeps its content, and the one that its placeholder takes its value from', async () => {
  await loadRecords(warehouse.knex, [
    change(reportRow(1, { ...version('oldest') }), { offset: 0 }),
    change(reportRow(1, { ...version('value'), data: { gph_count: 1 } }), { offset: 1, op: 'u' }),
    change(reportRow(1, { ...version('between'), data: PLACEHOLDER }), { offset: 2, op: 'u' }),
    change(reportRow(1, { ...version('newest'), data: PLACEHOLDER }), { offset: 3, op: 'u' }),
    change(reportRow(2), { offset: 4 }),
    change(reportRow(2), { offset: 5, op: 'd' }),
  ]);
  await refresh(warehouse.knex, { reason: 'test' });
  expect(await fold({ dryRun: true })).toBe(4);
  expect(await contents()).toHaveLength(6);
  expect(await fold()).toBe(4);
  expect(await contents()).toEqual(['1', '3']);
  expect(await fold()).toBe(0);
});

test('techorda compact says what is freed of each table, and before it what would be', async () => {
  const old = (id: number) => change(reportRow(id, version('old')), { offset: id });
  const newer = (id: number) => change(reportRow(id), { offset: 10 + id, op: 'u' });
  await loadRecords(warehouse.knex, [old(1), old(2), newer(1), newer(2)]);
  await refresh(warehouse.knex, { reason: 'test' });
  let said = '';
  const tell = (days: number, dryRun: boolean) =>
    printCompaction(warehouse.knex, { days, dryRun }, (text) => (said += text));
  await tell(0, true);
  await tell(99_999, false);
  await tell(0, false);
  const lines = (reports: string, would = '') =>
    [
      `bronze.account_company_cdc: 0 events ${would}folded, 0.0 MB ${would}freed`,
      `bronze.service_report_cdc: ${reports} events ${would}folded, 0.0 MB ${would}freed`,
      `bronze.service_servicerequest_cdc: 0 events ${would}folded, 0.0 MB ${would}freed\n`,
    ].join('\n');
  expect(said).toBe(lines('2', 'would be ') + lines('0') + lines('2'));
});

test('a folded coordinate is known, and another content of it goes to quarantine', async () => {
  const old = change(reportRow(1, version('old')), { offset: 0 });
  await loadRecords(warehouse.knex, [old, change(reportRow(1), { offset: 1, op: 'u' })]);
  await refresh(warehouse.knex, { reason: 'test' });
  expect(await fold()).toBe(1);
  expect(await loadRecords(warehouse.knex, [old])).toMatchObject({ known: 1, quarantined: 0 });
  const forged = change(reportRow(1, version('forged')), { offset: 0 });
  expect(await loadRecords(warehouse.knex, [forged])).toMatchObject({ added: 0, quarantined: 1 });
  const [{ reason_code: code }] = await warehouse.knex('bronze.quarantine').select('reason_code');
  expect(code).toBe('CHANGED_COORDINATE');
});

test('a key with an event that is too new, or not applied yet, is left alone', async () => {
  await loadRecords(warehouse.knex, [
    change(reportRow(1, version('old')), { offset: 0 }),
    change(reportRow(1), { offset: 1, op: 'u' }),
  ]);
  expect(await fold()).toBe(0);
  await refresh(warehouse.knex, { reason: 'test' });
  expect(await fold({ before: new Date('2020-01-01T00:00:00Z') })).toBe(0);
  await loadRecords(warehouse.knex, [change(reportRow(1), { offset: 2, op: 'u' })]);
  expect(await fold()).toBe(0);
  await refresh(warehouse.knex, { reason: 'test' });
  expect(await fold()).toBe(2);
});
