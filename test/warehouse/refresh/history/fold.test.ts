import type { Knex } from 'knex';
import { refresh } from '../../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { reportMarts } from '../../../support/databases/marts';
import type { GivenRecord } from '../../../support/databases/warehouse';
import {
  allRows,
  change,
  emptyWarehouse,
  loadRecords,
  reportRow,
} from '../../../support/databases/warehouse';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

const PLACEHOLDER = '__debezium_unavailable_value';

type Columns = Readonly<Record<string, unknown>>;

interface Place {
  readonly offset: number;
  /** Null: the event does not say where in the log it stands. */
  readonly lsn?: number | null;
  readonly op?: 'c' | 'u' | 'r' | 'd';
  readonly partition?: number;
  readonly sourceTime?: number;
}

/** Moves an event to a time of the source. */
function atTime(record: GivenRecord, sourceTime: number | undefined): GivenRecord {
  if (sourceTime === undefined) return record;
  const payload = record.payload as { readonly source: object };
  return { ...record, payload: { ...payload, source: { ...payload.source, ts_ms: sourceTime } } };
}

/** An event of a report. Each report has a hundred offsets of its own, so that stories do not mix. */
function report(id: number, { offset, sourceTime, ...place }: Place, columns: Columns = {}) {
  const row = reportRow(id, { service_request_id: id, ...columns });
  return atTime(change(row, { ...place, offset: id * 100 + offset }), sourceTime);
}

function request(id: number, { offset, ...place }: Place, columns: Columns = {}) {
  const row = { id, service_id: 'techpark', bp_status: 'registered', ...columns };
  return change(row, { ...place, offset: id * 100 + offset, table: 'service_servicerequest' });
}

function company(id: number, { offset, ...place }: Place, columns: Columns = {}) {
  const row = { id, ...columns };
  return change(row, { ...place, offset: id * 100 + offset, table: 'account_company' });
}

const version = (text: string): Columns => ({ version: text });
const income = (amount: number): Columns => ({ data: { income_total: amount } });

type Row = Readonly<Record<string, unknown>>;

interface Snapshot {
  readonly all: Record<string, unknown[]>;
  readonly report: (id: number) => Row | undefined;
  readonly gold: (id: number) => Row | undefined;
  readonly participant: (id: number) => Row | undefined;
  /** Columns that are defective, of a row of any table. */
  readonly defects: (id: number) => string[];
}

async function look(database: Knex): Promise<Snapshot> {
  const all = await allRows(database);
  const find = (table: string, key: string) => (id: number) =>
    all[table]?.map((row) => row as Row).find((row) => row[key] === id);
  return {
    all,
    report: find('silver.service_report_v2', 'report_id'),
    gold: find('gold.general_indicators', 'report_id'),
    participant: find('silver.techpark_participants', 'service_request_id'),
    defects: (id) =>
      (all['silver.defects'] as Row[])
        .filter((row) => row['key_id'] === String(id))
        .map((row) => String(row['column_name'])),
  };
}

describe('what an event means', () => {
  /** The records of all stories: those of the first load, and those of the second. */
  const first: GivenRecord[] = [];
  const second: GivenRecord[] = [];
  let ids = 0;

  /** Numbers for rows that no other story uses. */
  function newIds(count: number): number[] {
    return Array.from({ length: count }, () => (ids += 1));
  }

  let before: Snapshot;
  let after: Snapshot;
  beforeAll(async () => {
    await emptyWarehouse(warehouse.knex);
    await loadRecords(warehouse.knex, first);
    await refresh(warehouse.knex, { reason: 'first' });
    before = await look(warehouse.knex);
    await loadRecords(warehouse.knex, second);
    const { full } = await refresh(warehouse.knex, { reason: 'second' });
    expect(full).toBe(false);
    after = await look(warehouse.knex);
  });

  /** A report's story within one load, and the version that it leads to. */
  function story(
    sentence: string,
    records: (id: number) => GivenRecord[],
    expected: Row | undefined,
  ) {
    const [id = 0] = newIds(1);
    first.push(...records(id));
    test(sentence, () => {
      const row = before.report(id);
      if (expected === undefined) expect(row).toBeUndefined();
      else expect(row).toMatchObject(expected);
    });
  }

  describe('in the order of the log', () => {
    story(
      'the newest event is the one furthest in the log, whatever its clocks say',
      (id) => [
        report(
          id,
          { offset: 1, lsn: 20, sourceTime: 1_700_000_000_000 },
          { version: 'new', updated_at: '2025-01-01T00:00:00Z' },
        ),
        report(
          id,
          { offset: 2, lsn: 10, sourceTime: 1_800_000_000_000 },
          { version: 'old', updated_at: '2025-12-31T00:00:00Z' },
        ),
      ],
      { version: 'new', updated_at: '2025-01-01 00:00:00+00' },
    );

    story(
      'an event that the connector writes again after newer ones changes nothing',
      (id) => [
        report(id, { offset: 1, lsn: 10 }, version('old')),
        report(id, { offset: 2, lsn: 20 }, version('new')),
        report(id, { offset: 3, lsn: 10 }, version('old')),
      ],
      version('new'),
    );

    story(
      'of two changes at the same position the one at the higher offset is newer',
      (id) => [
        report(id, { offset: 2, lsn: 10 }, version('new')),
        report(id, { offset: 1, lsn: 10 }, version('old')),
      ],
      version('new'),
    );

    story(
      'positions are compared as numbers, not as texts',
      (id) => [
        report(id, { offset: 1, lsn: 100 }, version('new')),
        report(id, { offset: 2, lsn: 9 }, version('old')),
      ],
      version('new'),
    );

    story(
      'the position may stand in source.sequence alone',
      (id) => {
        const old = report(id, { offset: 2, lsn: 10 }, version('old'));
        const fresh = report(id, { offset: 1 }, version('new'));
        const payload = fresh.payload as { readonly source: object };
        const source = { ts_ms: 1, lsn: null, sequence: '["7","20"]' };
        return [{ ...fresh, payload: { ...payload, source } }, old];
      },
      version('new'),
    );

    story(
      'the same events on two partitions are ordered by the log too',
      (id) => [
        report(id, { offset: 1, lsn: 20, partition: 1 }, version('new')),
        report(id, { offset: 9, lsn: 10, partition: 0 }, version('old')),
      ],
      version('new'),
    );

    const [late = 0] = newIds(1);
    first.push(report(late, { offset: 1, lsn: 20 }, version('new')));
    second.push(report(late, { offset: 2, lsn: 10 }, version('old')));
    test('an older event that comes with a later load changes nothing', () => {
      expect(before.report(late)).toMatchObject(version('new'));
      expect(after.report(late)).toMatchObject(version('new'));
    });
  });

  describe('without a position', () => {
    story(
      'a read takes the place of the events before it',
      (id) => [
        report(id, { offset: 1, lsn: 20 }, version('old')),
        report(id, { offset: 2, lsn: null, op: 'r' }, version('read')),
      ],
      version('read'),
    );

    story(
      'a read gives way to a change further in the log',
      (id) => [
        report(id, { offset: 1, lsn: 20 }, version('old')),
        report(id, { offset: 2, lsn: null, op: 'r' }, version('read')),
        report(id, { offset: 3, lsn: 21 }, version('new')),
      ],
      version('new'),
    );

    story(
      'a read stays newer than an old event that is written again after it',
      (id) => [
        report(id, { offset: 1, lsn: 10 }, version('old')),
        report(id, { offset: 2, lsn: 20 }, version('newer')),
        report(id, { offset: 3, lsn: null, op: 'r' }, version('read')),
        report(id, { offset: 4, lsn: 10 }, version('old')),
      ],
      version('read'),
    );

    story(
      'a read is older than a change at a higher offset, also at the same position',
      (id) => [
        report(id, { offset: 1, lsn: 20 }, version('old')),
        report(id, { offset: 2, lsn: null, op: 'r' }, version('read')),
        report(id, { offset: 3, lsn: 20 }, version('again')),
      ],
      version('again'),
    );

    story(
      'a read that nothing precedes is older than all that has a position',
      (id) => [
        report(id, { offset: 9, lsn: null, op: 'r', partition: 1 }, version('read')),
        report(id, { offset: 5, lsn: 1 }, version('new')),
      ],
      version('new'),
    );

    story(
      'a read alone is a row',
      (id) => [report(id, { offset: 1, lsn: null, op: 'r' }, version('read'))],
      version('read'),
    );

    const [late = 0] = newIds(1);
    first.push(
      report(late, { offset: 5, lsn: null, op: 'r' }, version('read')),
      report(late, { offset: 7, lsn: 10 }, version('change')),
    );
    second.push(report(late, { offset: 3, lsn: 20 }, version('before')));
    test('a read moves when an event before it is loaded later', () => {
      expect(before.report(late)).toMatchObject(version('change'));
      expect(after.report(late)).toMatchObject(version('read'));
    });
  });

  describe('of a delete', () => {
    story(
      'a row that was deleted does not exist, however many events it has',
      (id) => [
        report(id, { offset: 1, lsn: 10 }),
        report(id, { offset: 2, lsn: 20, op: 'u' }),
        report(id, { offset: 3, lsn: 30, op: 'd' }),
        { offset: id * 100 + 4, key: { id }, payload: null },
      ],
      undefined,
    );

    story(
      'an old event that is written again does not bring a deleted row back',
      (id) => [
        report(id, { offset: 1, lsn: 10 }),
        report(id, { offset: 2, lsn: 30, op: 'd' }),
        report(id, { offset: 3, lsn: 10 }),
        report(id, { offset: 4, lsn: 20, op: 'u' }),
      ],
      undefined,
    );

    story(
      'a delete at the same position as a change before it is the newer one',
      (id) => [
        report(id, { offset: 2, lsn: 10, op: 'd' }),
        report(id, { offset: 1, lsn: 10, op: 'u' }),
      ],
      undefined,
    );

    for (const op of ['c', 'u', 'r'] as const) {
      story(
        `a later ${op} brings the key to life again`,
        (id) => [
          report(id, { offset: 1, lsn: 10 }, version('first life')),
          report(id, { offset: 2, lsn: 20, op: 'd' }),
          report(id, { offset: 3, lsn: 30, op }, version('second life')),
        ],
        version('second life'),
      );
    }

    story(
      'a delete that is written again does not end the life after it',
      (id) => [
        report(id, { offset: 1, lsn: 20, op: 'd' }),
        report(id, { offset: 2, lsn: 30 }, version('second life')),
        report(id, { offset: 3, lsn: 20, op: 'd' }),
      ],
      version('second life'),
    );

    story(
      'a delete of a row that never came is no row',
      (id) => [report(id, { offset: 1, op: 'd' })],
      undefined,
    );

    const [gone = 0, draft = 0] = newIds(2);
    first.push(
      report(gone, { offset: 1 }, { data: { income_total: 'н/д' } }),
      report(draft, { offset: 1 }),
    );
    second.push(
      report(gone, { offset: 2, op: 'd' }),
      report(draft, { offset: 2 }, { status: 'draft' }),
    );
    test('a row that is deleted later leaves Silver, Gold and the defects', () => {
      expect(before.gold(gone)).toBeDefined();
      expect(before.defects(gone)).toEqual(['income_total']);
      expect([after.report(gone), after.gold(gone)]).toEqual([undefined, undefined]);
      expect(after.defects(gone)).toEqual([]);
    });

    test('a report that is no longer signed leaves Gold and stays in Silver', () => {
      expect(before.gold(draft)).toBeDefined();
      expect(after.report(draft)).toMatchObject({ status: 'draft' });
      expect(after.gold(draft)).toBeUndefined();
    });
  });

  describe('of a value that was not logged', () => {
    const left = { data: PLACEHOLDER, signature: PLACEHOLDER };

    story(
      'the column keeps the value of the newest older event that has it',
      (id) => [
        report(id, { offset: 1, lsn: 10 }, income(1)),
        report(id, { offset: 2, lsn: 20 }, income(2)),
        report(id, { offset: 3, lsn: 30 }, left),
        report(id, { offset: 4, lsn: 40 }, { ...left, version: 'new' }),
        // Written again: older than the one above, though it comes last.
        report(id, { offset: 5, lsn: 10 }, income(1)),
      ],
      { income_total: '2.00', version: 'new' },
    );

    story(
      'each column keeps its own',
      (id) => {
        const signature = (name: string) =>
          JSON.stringify({ signed_xml: `<company><name>${name}</name></company>` });
        return [
          report(id, { offset: 1, lsn: 10 }, { ...income(1), signature: signature('А') }),
          report(id, { offset: 2, lsn: 20 }, { data: PLACEHOLDER, signature: signature('Б') }),
          report(id, { offset: 3, lsn: 30 }, { ...income(3), signature: PLACEHOLDER }),
          report(id, { offset: 4, lsn: 40 }, left),
        ];
      },
      { income_total: '3.00', company_name: 'Б' },
    );

    story(
      'a value that was null stays null, and is no defect',
      (id) => [
        report(id, { offset: 1, lsn: 10 }, income(1)),
        change({ ...reportRow(id), data: null }, { offset: id * 100 + 2, lsn: 20 }),
        report(id, { offset: 3, lsn: 30 }, left),
      ],
      { income_total: null },
    );

    story(
      'it is kept in whichever form each of the events came',
      (id) => {
        const row = reportRow(id, income(5));
        const flat = { ...row, __op: 'c', __lsn: 10, __deleted: 'false' };
        const wrapped = report(id, { offset: 2, lsn: 20 }, left);
        return [
          { offset: id * 100 + 1, key: { id }, payload: flat },
          { ...wrapped, payload: { schema: {}, payload: wrapped.payload } },
        ];
      },
      { income_total: '5.00' },
    );

    story(
      'a value of the life before a delete is not kept',
      (id) => [
        report(id, { offset: 1, lsn: 10 }, income(1)),
        report(id, { offset: 2, lsn: 20, op: 'd' }),
        report(id, { offset: 3, lsn: 30 }, left),
      ],
      { income_total: null },
    );

    story(
      'a value of this life is kept though the delete before it is written again',
      (id) => [
        report(id, { offset: 1, lsn: 10, op: 'd' }),
        report(id, { offset: 2, lsn: 20 }, income(2)),
        report(id, { offset: 3, lsn: 30 }, left),
        report(id, { offset: 4, lsn: 10, op: 'd' }),
      ],
      { income_total: '2.00' },
    );

    const [lost = 0, found = 0, unknown = 0] = newIds(3);
    first.push(
      report(lost, { offset: 1, lsn: 10 }, { data: PLACEHOLDER }),
      report(found, { offset: 2, lsn: 20 }, { ...left, version: 'new' }),
      report(unknown, { offset: 1, lsn: 10 }, { remarks: PLACEHOLDER }),
    );
    second.push(report(found, { offset: 1, lsn: 10 }, income(7)));

    test('a value that no event has is NULL and a defect, and the rest of the row stays', () => {
      expect(after.report(lost)).toMatchObject({
        income_total: null,
        year: 2024,
        status: 'signed',
      });
      expect(after.gold(lost)).toMatchObject({ income_total: null });
      expect(after.all['silver.defects']).toContainEqual({
        source_table: 'service_report',
        key_id: String(lost),
        column_name: 'data',
        position: 0,
        raw_value: null,
        lost: true,
        reason: 'a large unchanged value that no earlier event has',
      });
    });

    test('a value whose event is loaded later is found, and its defect goes', () => {
      expect(before.defects(found)).toEqual(['data', 'signature']);
      expect(after.report(found)).toMatchObject({ income_total: '7.00', version: 'new' });
      expect(after.defects(found)).toEqual([]);
    });

    test('an unknown column that was not logged is no defect', () => {
      expect(after.defects(unknown)).toEqual([]);
    });

    const [part = 0, owner = 0] = newIds(2);
    const searched = 'Имя***900101300123***a@example.kz***010240000011***ТОО';
    const certificate = JSON.stringify({ activation_info: { certificate_number: '5' } });
    first.push(
      request(part, { offset: 1 }, { search_field: searched, data: certificate }),
      request(
        part,
        { offset: 2 },
        {
          search_field: PLACEHOLDER,
          data: PLACEHOLDER,
          service_id: PLACEHOLDER,
          bp_status: PLACEHOLDER,
        },
      ),
      company(owner, { offset: 1 }, { name: 'ТОО', tin: '020340000022' }),
      company(owner, { offset: 2 }, { name: PLACEHOLDER, tin: PLACEHOLDER }),
    );
    test('it is kept in requests and companies too', () => {
      expect(after.participant(part)).toMatchObject({
        company_tin: '010240000011',
        certificate_number: '5',
        bp_status: 'registered',
      });
      const kept = { company_id: owner, name: 'ТОО', short_name: null, tin: '020340000022' };
      expect(after.all['silver.companies']).toContainEqual(expect.objectContaining(kept));
    });
  });

  describe('for the rows that look at it', () => {
    /** A company with a request and a report of the same number, all there from the first load. */
    function family(
      columns: { company?: Columns; request?: Columns; report?: Columns } = {},
    ): number {
      const [id = 0] = newIds(1);
      first.push(
        company(id, { offset: 1 }, { name: `ТОО ${id}`, tin: '010240000011', ...columns.company }),
        request(id, { offset: 1 }, { company_id: id, ...columns.request }),
        report(id, { offset: 1 }, columns.report),
      );
      return id;
    }

    const renamed = family();
    second.push(company(renamed, { offset: 2 }, { name: 'ТОО «Новое»', tin: '020340000022' }));
    test('a company’s other BIN and name reach its reports and its participant', () => {
      expect(before.gold(renamed)).toMatchObject({ bin: '010240000011', company_id: renamed });
      const changed = { company_name: 'ТОО «Новое»' };
      expect(after.gold(renamed)).toMatchObject({ ...changed, bin: '020340000022' });
      expect(after.report(renamed)).toMatchObject({ ...changed, company_tin: '020340000022' });
      expect(after.participant(renamed)).toMatchObject({ ...changed, company_tin: '020340000022' });
    });

    const moved = family();
    const [target = 0] = newIds(1);
    first.push(
      company(target, { offset: 1 }, { name: 'ТОО «Другое»', tin: '030440000033' }),
      request(target, { offset: 1 }, { company_id: target }),
    );
    second.push(report(moved, { offset: 2 }, { service_request_id: target }));
    test('a report that moves to another request takes that one’s company', () => {
      expect(before.gold(moved)).toMatchObject({ service_request_id: moved, company_id: moved });
      expect(after.gold(moved)).toMatchObject({
        service_request_id: target,
        company_id: target,
        bin: '030440000033',
        company_name: 'ТОО «Другое»',
      });
      const rows = after.all['gold.financing'] as Row[];
      expect(rows.filter((row) => row['report_id'] === moved)).toHaveLength(1);
    });

    const [year = 0] = newIds(1);
    first.push(report(year, { offset: 1 }, { year: 2020 }));
    second.push(report(year, { offset: 2 }, { year: 2025 }));
    test('a report whose year changes is of that year alone', () => {
      const rows = after.all['silver.service_report_v2'] as Row[];
      expect(rows.filter((row) => row['report_id'] === year)).toMatchObject([{ year: 2025 }]);
      expect(after.gold(year)).toMatchObject({ year: 2025 });
    });

    const orphan = family();
    second.push(request(orphan, { offset: 2, op: 'd' }));
    test('a report whose request is deleted stays, without its company', () => {
      expect(after.participant(orphan)).toBeUndefined();
      expect(after.gold(orphan)).toMatchObject({
        service_request_id: orphan,
        company_id: null,
        bin: null,
        company_name: null,
      });
    });

    const sold = family();
    second.push(request(sold, { offset: 2 }, { company_id: target }));
    test('a request that goes to another company takes its reports along', () => {
      expect(after.gold(sold)).toMatchObject({ company_id: target, bin: '030440000033' });
      expect(after.participant(sold)).toMatchObject({ company_id: target });
    });

    const closed = family({
      request: {
        search_field: 'x***x***x***040540000044',
        data: JSON.stringify({ protocol: { info: { name: 'По протоколу' } } }),
      },
    });
    second.push(company(closed, { offset: 2, op: 'd' }));
    test('a report whose company is deleted takes what its request knows', () => {
      const known = { company_name: 'По протоколу', company_id: closed };
      expect(after.gold(closed)).toMatchObject({ ...known, bin: '040540000044' });
      expect(after.participant(closed)).toMatchObject({ ...known, company_tin: '040540000044' });
    });

    const left = family();
    const entered = family({ request: { bp_status: 'draft' } });
    const other = family({ request: { service_id: 'visa' } });
    second.push(
      request(left, { offset: 2 }, { company_id: left, bp_status: 'refused' }),
      request(entered, { offset: 2 }, { company_id: entered, bp_status: 'deactivated' }),
    );
    test('a participant comes and goes with its request’s status', () => {
      expect([before.participant(left), after.participant(left)]).toEqual([
        expect.objectContaining({ bp_status: 'registered' }),
        undefined,
      ]);
      expect([before.participant(entered), after.participant(entered)]).toEqual([
        undefined,
        expect.objectContaining({ bp_status: 'deactivated' }),
      ]);
      expect(after.participant(other)).toBeUndefined();
      expect(after.gold(left)).toBeDefined();
    });

    const [early = 0] = newIds(1);
    first.push(report(early, { offset: 1 }));
    second.push(
      company(early, { offset: 1 }, { name: 'ТОО «Позже»', tin: '050640000055' }),
      request(early, { offset: 1 }, { company_id: early }),
    );
    test('a report may come before its request and its company', () => {
      expect(before.gold(early)).toMatchObject({ company_id: null, bin: null });
      expect(after.gold(early)).toMatchObject({ company_id: early, bin: '050640000055' });
    });
  });

  describe('for reports of the same request, year and type', () => {
    const signed = (request: number, signedAt: string | null, more: Columns = {}): Columns => ({
      service_request_id: request,
      signed_at: signedAt,
      ...more,
    });
    const superseded = (at: Snapshot, all: number[]) =>
      all.map((id) => at.gold(id)?.['superseded']);

    const byTime = newIds(3);
    const byId = newIds(2);
    const missing = newIds(3);
    const unsigned = newIds(2);
    const apart = newIds(5);
    const [a = 0, b = 0, c = 0] = byTime;
    first.push(
      report(a, { offset: 1 }, signed(a, '2025-03-03T00:00:00Z')),
      report(b, { offset: 1 }, signed(a, '2025-01-01T00:00:00Z')),
      report(c, { offset: 1 }, signed(a, '2025-02-02T00:00:00.000001Z')),
      ...byId.map((id) => report(id, { offset: 1 }, signed(byId[0] ?? 0, '2025-01-01T00:00:00Z'))),
      ...unsigned.map((id) => report(id, { offset: 1 }, signed(unsigned[0] ?? 0, null))),
      ...missing.map((id, index) =>
        report(
          id,
          { offset: 1 },
          signed(missing[0] ?? 0, index === 0 ? '2020-01-01T00:00:00Z' : null),
        ),
      ),
      ...apart.map((id, index) =>
        report(
          id,
          { offset: 1 },
          signed(
            apart[0] ?? 0,
            `2025-01-0${index + 1}T00:00:00Z`,
            [
              {},
              { year: 2023 },
              { report_type: 'quarter2' },
              { service_request_id: id },
              { status: 'draft' },
            ][index],
          ),
        ),
      ),
    );
    test('the one that was signed last supersedes the others', () => {
      expect(superseded(before, byTime)).toEqual([false, true, true]);
    });
    test('the higher id supersedes where they were signed at the same time', () => {
      expect(superseded(before, byId)).toEqual([true, false]);
    });
    test('one without a time of signing is the earliest, then the higher id counts', () => {
      expect(superseded(before, missing)).toEqual([false, true, true]);
      expect(superseded(before, unsigned)).toEqual([true, false]);
    });
    test('neither another year, type or request nor a draft supersedes', () => {
      expect(superseded(before, apart)).toEqual([false, false, false, false, undefined]);
    });

    const added = newIds(2);
    const removed = newIds(2);
    const withdrawn = newIds(2);
    const moved = newIds(2);
    const resigned = newIds(2);
    const pair = (both: number[]) =>
      both.map((id, index) =>
        report(id, { offset: 1 }, signed(both[0] ?? 0, `2025-01-0${index + 1}T00:00:00Z`)),
      );
    first.push(...pair(added).slice(0, 1), ...[removed, withdrawn, moved, resigned].flatMap(pair));
    const again = (both: number[], columns: Columns) =>
      report(both[1] ?? 0, { offset: 2 }, signed(both[0] ?? 0, '2025-01-02T00:00:00Z', columns));
    second.push(
      ...pair(added).slice(1),
      report(removed[1] ?? 0, { offset: 2, op: 'd' }),
      again(withdrawn, { status: 'rejected' }),
      again(moved, { report_type: 'yearly' }),
      again(resigned, { signed_at: '2024-01-01T00:00:00Z' }),
    );
    test.each([
      ['another is signed later', added, [false, undefined], [true, false]],
      ['the later one is deleted', removed, [true, false], [false, undefined]],
      ['the later one is rejected', withdrawn, [true, false], [false, undefined]],
      ['the later one becomes one of another type', moved, [true, false], [false, false]],
      ['the later one turns out to be the earlier', resigned, [true, false], [false, true]],
    ])('it changes in all marts when %s', (_, both, was, is) => {
      expect(superseded(before, both)).toEqual(was);
      expect(superseded(after, both)).toEqual(is);
      for (const { table } of reportMarts) {
        const rows = after.all[table] as Row[];
        const flags = both.map((id) => rows.find((row) => row['report_id'] === id)?.['superseded']);
        expect([table, flags]).toEqual([table, is]);
      }
    });
  });

  test('by what changed gives the very rows that a rebuild gives', async () => {
    await refresh(warehouse.knex, { reason: 'rebuild', full: true });
    expect(await allRows(warehouse.knex)).toEqual(after.all);
  });
});

describe('a truncate', () => {
  beforeEach(() => emptyWarehouse(warehouse.knex));

  const truncate = (
    offset: number,
    lsn: number | null,
    more: Partial<GivenRecord> = {},
  ): GivenRecord => ({
    offset,
    key: null,
    payload: { op: 't', source: { ts_ms: 1, lsn } },
    ...more,
  });
  const living = async () => {
    const rows = await warehouse
      .knex<{ report_id: number }>('gold.exports')
      .orderBy('report_id')
      .select('report_id');
    return rows.map(({ report_id }) => report_id);
  };
  const at = (id: number, offset: number, lsn: number | null, columns: Columns = {}) =>
    change(reportRow(id, { service_request_id: id, ...columns }), { offset, lsn });

  async function loadAndRefresh(records: readonly GivenRecord[]) {
    await loadRecords(warehouse.knex, records);
    await refresh(warehouse.knex, { reason: 'test' });
  }

  test('removes every older row of its table alone, and no newer one', async () => {
    await loadAndRefresh([
      at(1, 1, 10),
      at(2, 2, 20),
      change({ id: 1, name: 'ТОО' }, { offset: 1, lsn: 5, table: 'account_company' }),
    ]);
    expect(await living()).toEqual([1, 2]);
    await loadAndRefresh([
      truncate(3, 30, { partition: 4 }),
      // Written again after the truncate, and yet older.
      at(2, 4, 20),
      at(3, 5, 25),
      at(4, 6, 40),
      // What the truncate removed is no value to keep.
      at(1, 7, 41, { data: PLACEHOLDER }),
    ]);
    expect(await living()).toEqual([1, 4]);
    const after = await look(warehouse.knex);
    expect(after.defects(1)).toEqual(['data']);
    expect(after.all['silver.companies']).toHaveLength(1);

    await refresh(warehouse.knex, { reason: 'rebuild', full: true });
    expect(await allRows(warehouse.knex)).toEqual(after.all);
  });

  test('that comes with a later load than newer rows leaves those', async () => {
    await loadAndRefresh([at(1, 1, 10), at(2, 3, 30)]);
    await loadAndRefresh([truncate(2, 20)]);
    expect(await living()).toEqual([2]);
    await loadAndRefresh([at(3, 4, 15), at(4, 5, 25)]);
    expect(await living()).toEqual([2, 4]);
  });

  test('without a position stands where its offset does, also when that is told later', async () => {
    await loadAndRefresh([
      truncate(5, null),
      at(1, 6, 7),
      at(2, 1, 10, { version: 'elsewhere' }),
      { ...at(3, 1, 15), partition: 1 },
    ]);
    // Position 10 of partition 0 is all that is known before the truncate.
    expect(await living()).toEqual([3]);
    await loadAndRefresh([at(4, 2, 20)]);
    expect(await living()).toEqual([]);
    const after = await allRows(warehouse.knex);
    await refresh(warehouse.knex, { reason: 'rebuild', full: true });
    expect(await allRows(warehouse.knex)).toEqual(after);
  });

  test('and a message say nothing of other tables, and a message nothing at all', async () => {
    const message = { op: 'm', source: { lsn: 99 }, message: { prefix: 'x', content: '' } };
    await loadAndRefresh([
      at(1, 1, 10),
      truncate(1, 50, { table: 'service_servicerequest' }),
      truncate(1, 50, { table: 'account_company' }),
      { offset: 2, key: { prefix: 'x' }, payload: message },
    ]);
    expect(await living()).toEqual([1]);
  });
});

describe('demonstration data', () => {
  beforeEach(() => emptyWarehouse(warehouse.knex));

  const demonstration = (record: GivenRecord): GivenRecord => ({
    ...record,
    topic: `demo.public.${record.table ?? 'service_report'}`,
  });
  const versions = async () => {
    const rows = await warehouse
      .knex<{ version: string }>('silver.service_report_v2')
      .orderBy('report_id')
      .select('version');
    return rows.map((row) => row.version);
  };

  test('step aside for good as soon as anything real arrives', async () => {
    await loadRecords(warehouse.knex, [
      demonstration(report(1, { offset: 1, lsn: 900 }, version('demonstration 1'))),
      demonstration(report(2, { offset: 1, lsn: 900 }, version('demonstration 2'))),
      demonstration(request(1, { offset: 1, lsn: 900 }, { company_id: 1 })),
      demonstration(company(1, { offset: 1, lsn: 900 }, { tin: '010240000011' })),
    ]);
    await refresh(warehouse.knex, { reason: 'test' });
    expect(await versions()).toEqual(['demonstration 1', 'demonstration 2']);

    // A real event of the same key stands alone, though a demonstration's is further in its log.
    await loadRecords(warehouse.knex, [
      report(1, { offset: 1, lsn: 5 }, { version: 'real', data: PLACEHOLDER }),
    ]);
    const { full } = await refresh(warehouse.knex, { reason: 'test' });
    expect(full).toBe(true);
    expect(await versions()).toEqual(['real']);
    const { all, defects, gold } = await look(warehouse.knex);
    expect(all['silver.companies']).toEqual([]);
    expect(all['silver.techpark_participants']).toEqual([]);
    expect(gold(1)).toMatchObject({ company_id: null });
    expect(defects(1)).toEqual(['data']);

    await loadRecords(warehouse.knex, [
      demonstration(report(3, { offset: 1 })),
      demonstration({ offset: 999, key: null, payload: { op: 't', source: { lsn: 9_999 } } }),
    ]);
    await refresh(warehouse.knex, { reason: 'test' });
    expect(await versions()).toEqual(['real']);
  });

  test('are told by the topic’s first part alone', async () => {
    await loadRecords(warehouse.knex, [
      {
        ...report(1, { offset: 1 }, version('real')),
        topic: 'demonstration.public.service_report',
      },
      { ...report(2, { offset: 1 }, version('real')), topic: 'techorda.demo.service_report' },
      demonstration(report(3, { offset: 1 }, version('demonstration'))),
    ]);
    await refresh(warehouse.knex, { reason: 'test' });
    expect(await versions()).toEqual(['real', 'real']);
  });
});
