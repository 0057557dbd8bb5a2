import fc from 'fast-check';
import type { GivenRecord } from '../../../support/databases/warehouse';

/**
 * Random histories of the source, and the records that a connector makes of them: at least once,
 * sometimes again after newer ones, in any of the three forms, with values left out.
 */

export type Table = 'account_company' | 'service_servicerequest' | 'service_report';
export type Row = Readonly<Record<string, unknown>> & { readonly id: number };

const PARTITIONS = 2;
const PLACEHOLDER = '__debezium_unavailable_value';
/** Large columns, which the log leaves out where they did not change. */
const LARGE: Readonly<Record<Table, readonly string[]>> = {
  account_company: [],
  service_servicerequest: ['search_field', 'data'],
  service_report: ['data', 'signature'],
};

interface Step {
  readonly table: Table;
  readonly id: number;
  readonly what: 'write' | 'delete' | 'truncate' | 'message' | 'snapshot';
  readonly seed: number;
  readonly form: 'full' | 'wrapped' | 'flattened';
  /** Which large columns the log leaves out; it only can where the row existed. */
  readonly leaveOut: boolean;
  /** Written once more, so many records later. */
  readonly again: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  table: fc.constantFrom<Table>(
    'account_company',
    'service_servicerequest',
    'service_report',
    'service_report',
  ),
  id: fc.integer({ min: 1, max: 4 }),
  what: fc.oneof(
    { weight: 24, arbitrary: fc.constant('write' as const) },
    { weight: 5, arbitrary: fc.constant('delete' as const) },
    { weight: 3, arbitrary: fc.constant('snapshot' as const) },
    { weight: 1, arbitrary: fc.constant('truncate' as const) },
    { weight: 1, arbitrary: fc.constant('message' as const) },
  ),
  seed: fc.nat(1_000_000),
  form: fc.constantFrom('full', 'full', 'wrapped', 'flattened'),
  leaveOut: fc.boolean(),
  again: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
  ),
});

export const steps = fc.array(step, { minLength: 1, maxLength: 40 });

const pick = <Value>(values: readonly Value[], seed: number, salt: number): Value =>
  values[Math.floor(seed / salt) % values.length] as Value;

function rowOf({ table, id, seed }: Step): Row {
  const times = { created_at: '2025-01-01T00:00:00Z', updated_at: '2025-01-01T00:00:00Z' };
  if (table === 'account_company') {
    return {
      id,
      ...times,
      name: pick(['ТОО «А»', 'ИП Б', null], seed, 1),
      short_name: null,
      tin: pick(['010240000011', '020340000022', '777777000001', null], seed, 7),
    };
  }
  if (table === 'service_servicerequest') {
    return {
      id,
      ...times,
      status: 'done',
      number: seed % 100,
      service_id: pick(['techpark', 'techpark', 'visa'], seed, 3),
      bp_status: pick(['registered', 'deactivated', 'draft'], seed, 5),
      company_id: pick([1, 2, 3, null], seed, 11),
      search_field: `Имя***000101500000***a@example.kz***${pick(['030440000033', '', 'x'], seed, 13)}***ТОО`,
      data: JSON.stringify({
        activation_info: {
          certificate_number: pick(['1', ' 2 ', 'нет', 3], seed, 17),
          issue_date: pick(['2020-02-30', '01.02.2020', ''], seed, 19),
        },
      }),
    };
  }
  return {
    id,
    ...times,
    year: pick([2020, 2021, 2024], seed, 3),
    report_type: pick(['quarter1', 'quarter2', 'yearly'], seed, 5),
    status: pick(['signed', 'signed', 'draft'], seed, 7),
    version: 'v5',
    author_id: 1,
    viewed: [],
    service_request_id: pick([1, 2, 3], seed, 11),
    signed_at: pick(['2025-01-01T00:00:00Z', '2025-01-02T00:00:00.000001Z', null], seed, 13),
    data: JSON.stringify({
      income_total: pick([seed, '1 000,5', 'н/д', null], seed, 17),
      residents_count: pick([5, 2.5, '7'], seed, 19),
      income_international_current_quarter: pick(
        [
          12,
          [
            { country: 'США', current_sum: seed },
            { country: 'None' },
            { country: '??', current_sum: 1 },
          ],
        ],
        seed,
        23,
      ),
    }),
    signature: JSON.stringify({
      signed_xml: pick(
        ['<company><tin>040540000044</tin><name>ТОО &amp; К</name></company>', '<company><tin>1'],
        seed,
        29,
      ),
    }),
  };
}

function valueOf(step: Step, row: Row | undefined, lsn: number | null, op: string): unknown {
  if (step.form === 'flattened') {
    const { id } = step;
    return {
      ...(row ?? { id }),
      __op: op,
      __lsn: lsn,
      __source_ts_ms: 1_767_573_379_428,
      __deleted: op === 'd' ? 'true' : 'false',
    };
  }
  const source = { ts_ms: 1_767_573_379_428, lsn, sequence: null, snapshot: 'false' };
  const envelope = {
    before: op === 'd' ? { id: step.id } : null,
    after: op === 'd' ? null : row,
    source,
    op,
  };
  return step.form === 'wrapped' ? { schema: {}, payload: envelope } : envelope;
}

export interface History {
  readonly records: readonly GivenRecord[];
  /** The rows that the source holds at the end. */
  readonly rows: Readonly<Record<Table, ReadonlyMap<number, Row>>>;
}

/** Plays the steps against a source that applies them at once, and writes down what a connector would. */
export function play(history: readonly Step[]): History {
  const rows = {
    account_company: new Map<number, Row>(),
    service_servicerequest: new Map<number, Row>(),
    service_report: new Map<number, Row>(),
  };
  const records: GivenRecord[] = [];
  const waiting: { at: number; record: Omit<GivenRecord, 'offset'> }[] = [];
  const offsets = new Map<string, number>();
  const write = (record: Omit<GivenRecord, 'offset'>) => {
    const place = `${record.table} ${record.partition}`;
    const offset = offsets.get(place) ?? 0;
    offsets.set(place, offset + 1);
    records.push({ ...record, offset });
  };
  history.forEach((step, index) => {
    const { table } = step;
    const lsn = 1000 + index;
    const partition = step.id % PARTITIONS;
    const key =
      step.form === 'wrapped' ? { schema: {}, payload: { id: step.id } } : { id: step.id };
    const existing = rows[table].get(step.id);
    let record: Omit<GivenRecord, 'offset'>;
    if (step.what === 'truncate' || step.what === 'message') {
      const op = step.what === 'truncate' ? 't' : 'm';
      record = { table, partition: 0, key: null, payload: { op, source: { lsn, ts_ms: 1 } } };
      if (op === 't') rows[table].clear();
    } else if (step.what === 'delete' || (step.what === 'snapshot' && existing === undefined)) {
      record = { table, partition, key, payload: valueOf(step, existing, lsn, 'd') };
      rows[table].delete(step.id);
    } else if (step.what === 'snapshot') {
      // An incremental snapshot reads the row as it stands, and has no position in the log.
      record = {
        table,
        partition,
        key,
        payload: valueOf({ ...step, form: 'full' }, existing, null, 'r'),
      };
    } else {
      let row = rowOf(step);
      let logged: Row = row;
      if (existing !== undefined && step.leaveOut) {
        for (const column of LARGE[table]) {
          row = { ...row, [column]: existing[column] };
          logged = { ...logged, [column]: PLACEHOLDER };
        }
      }
      rows[table].set(step.id, row);
      record = { table, partition, key, payload: valueOf(step, logged, lsn, existing ? 'u' : 'c') };
    }
    write(record);
    if (step.what === 'delete') write({ table, partition, key, payload: null });
    // What the log positions is put in its place wherever it comes; a read without position is not.
    if (step.again > 0 && step.what !== 'snapshot')
      waiting.push({ at: index + step.again, record });
    for (const late of waiting.filter(({ at }) => at === index)) write(late.record);
  });
  for (const late of waiting.filter(({ at }) => at >= history.length)) write(late.record);
  return { records, rows };
}
