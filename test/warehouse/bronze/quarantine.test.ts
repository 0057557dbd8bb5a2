import { NOTHING_LOADED, type LoadCounts } from '../../../src/warehouse/bronze/loadCounts';
import { ingest } from '../../../src/warehouse/bronze/ingest';
import { replayQuarantine } from '../../../src/warehouse/bronze/replay';
import { readQuarantine } from '../../../src/api/query/records/quarantine';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import {
  MAX_EVENT_BYTES,
  change,
  dumpLine,
  emptyWarehouse,
  loadLines,
  loadRecords,
  reportRow,
} from '../../support/databases/warehouse';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

/** Personal data as they lie in the broken records; no reason may repeat them. */
const PERSONAL = ['900101300123', 'aigerim@example.kz', 'Айгерим'];
const PERSON = `${PERSONAL[2]} ${PERSONAL[0]} ${PERSONAL[1]}`;

const REPORT = change(reportRow(1, { author: PERSON, data: { note: PERSON } }), { offset: 0 });
type Value = Record<string, unknown> & { readonly after: Record<string, unknown> };

/** A report's record at an offset, its value changed before it becomes text. */
function withValue(offset: number, mend: (value: Value) => unknown): string {
  return dumpLine({ ...REPORT, offset, payload: mend(REPORT.payload as Value) });
}

const withRow = (offset: number, columns: Record<string, unknown>) =>
  withValue(offset, (value) => ({ ...value, after: { ...value.after, ...columns } }));

/** The record with a piece of the payload's text replaced, for what JSON.stringify would not write. */
function withText(offset: number, piece: string, other: string): string {
  const text = JSON.stringify(REPORT.payload);
  if (!text.includes(piece)) throw new Error(`The payload has no ${piece}.`);
  return dumpLine({ ...REPORT, offset, payload: text.replace(piece, () => other) });
}

const nested = (levels: number) => `${'['.repeat(levels)}"${PERSON}"${']'.repeat(levels)}`;
const DATA = JSON.stringify(JSON.stringify({ note: PERSON }));
const SURROGATE = 'A text holds U+0000 or half a surrogate pair, which PostgreSQL cannot store.';

interface Broken {
  readonly what: string;
  readonly line: (offset: number) => string | Buffer;
  readonly code: string;
  readonly reason: string;
  /** Where not even the coordinates can be told. */
  readonly nowhere?: boolean;
  readonly topic?: string;
}

const BROKEN: readonly Broken[] = [
  {
    what: 'a line that is no JSON',
    line: (offset) => `${withRow(offset, {}).slice(0, -2)}`,
    code: 'NOT_JSON',
    reason: 'The line is not JSON.',
  },
  {
    what: 'a line that is something else altogether',
    line: () => `% Reached end of topic ${PERSON}`,
    code: 'NOT_JSON',
    reason: 'The line is not JSON.',
    nowhere: true,
  },
  {
    what: 'a line that is an array',
    line: (offset) => `[${withRow(offset, {})}]`,
    code: 'NOT_A_RECORD',
    reason: 'The line is no JSON object.',
    nowhere: true,
  },
  {
    what: 'a record without coordinates',
    line: () => JSON.stringify({ key: null, payload: PERSON }),
    code: 'NOT_A_RECORD',
    reason: 'The record has no topic with a name that Kafka allows.',
    nowhere: true,
  },
  {
    what: 'a topic with U+0000 in its name',
    line: (offset) => dumpLine({ ...REPORT, offset, topic: 'x\u0000.service_report' }),
    code: 'NOT_A_RECORD',
    reason: 'The record has no topic with a name that Kafka allows.',
    nowhere: true,
  },
  {
    what: 'a topic with half a surrogate pair in its name',
    line: (offset) => dumpLine({ ...REPORT, offset, topic: 'x\ud83d.service_report' }),
    code: 'NOT_A_RECORD',
    reason: 'The record has no topic with a name that Kafka allows.',
    nowhere: true,
  },
  {
    what: 'a topic with an endless name',
    line: (offset) => dumpLine({ ...REPORT, offset, topic: `${'x'.repeat(9_000)}.service_report` }),
    code: 'NOT_A_RECORD',
    reason: 'The record has no topic with a name that Kafka allows.',
    nowhere: true,
  },
  {
    what: 'an offset that is no whole number',
    line: () => dumpLine({ ...REPORT, offset: 1.5 }),
    code: 'NOT_A_RECORD',
    reason: 'The record has no partition and offset as whole numbers.',
    nowhere: true,
  },
  {
    what: 'a payload that is no text',
    line: (offset) => {
      const record = JSON.parse(withRow(offset, {})) as Record<string, unknown>;
      return JSON.stringify({ ...record, payload: { note: PERSON } });
    },
    code: 'NOT_A_RECORD',
    reason: 'The key and the payload must each be a text or null.',
  },
  ...['key_error', 'payload_error', 'value_error'].map((name) => ({
    what: `a payload of null beside a ${name}`,
    line: (offset: number) => {
      const record = JSON.parse(withRow(offset, {})) as Record<string, unknown>;
      return JSON.stringify({
        ...record,
        payload: null,
        [name]: `Invalid CP1 magic byte ${PERSON}`,
      });
    },
    code: 'NOT_DECODED',
    reason: `The dump's writer could not decode the ${name === 'key_error' ? 'key' : 'payload'} (${name}).`,
  })),
  {
    what: 'a key that could not be decoded beside a payload that could',
    line: (offset) => {
      const record = JSON.parse(withRow(offset, {})) as Record<string, unknown>;
      return JSON.stringify({ ...record, key: null, key_error: 'Invalid CP1 magic byte' });
    },
    code: 'NOT_DECODED',
    reason: "The dump's writer could not decode the key (key_error).",
  },
  {
    what: 'a record whose value has another name',
    line: (offset) => {
      const { payload, ...record } = JSON.parse(withRow(offset, {})) as Record<string, unknown>;
      return JSON.stringify({ ...record, value: payload });
    },
    code: 'NOT_A_RECORD',
    reason: 'The record has no payload; a delete mark has one of null.',
  },
  {
    what: 'a payload that is not JSON',
    line: (offset) => dumpLine({ ...REPORT, offset, payload: `{"note":"${PERSON}"` }),
    code: 'NOT_JSON',
    reason: 'The payload is not JSON.',
  },
  {
    what: 'an empty payload',
    line: (offset) => dumpLine({ ...REPORT, offset, payload: '' }),
    code: 'NOT_JSON',
    reason: 'The payload is not JSON.',
  },
  {
    what: 'a key that is not JSON',
    line: (offset) => dumpLine({ ...REPORT, offset, key: `{${PERSON}` }),
    code: 'NOT_JSON',
    reason: 'The key is not JSON.',
  },
  ...['data', 'signature'].map((column) => ({
    what: `a ${column} that is not JSON`,
    line: (offset: number) => withRow(offset, { [column]: `{"note":"${PERSON}"` }),
    code: 'NOT_JSON',
    reason: `The column ${column} is not JSON.`,
  })),
  {
    what: "a request's data that is not JSON",
    line: (offset) =>
      dumpLine(change({ id: 1, data: `{${PERSON}` }, { offset, table: 'service_servicerequest' })),
    code: 'NOT_JSON',
    reason: 'The column data is not JSON.',
    topic: 'techorda.public.service_servicerequest',
  },
  {
    what: 'bytes that are not UTF-8',
    line: (offset) => {
      const line = Buffer.from(withRow(offset, {}));
      line[line.indexOf(PERSONAL[2] ?? '') + 1] = 0xff;
      return line;
    },
    code: 'NOT_UTF8',
    reason: 'The record is not UTF-8.',
  },
  {
    what: 'no key',
    line: (offset) => dumpLine({ ...REPORT, offset, key: null }),
    code: 'NO_KEY',
    reason: "The record's key has no readable id.",
  },
  ...[{}, [], { id: null }, { id: 'x' }, { id: 1.5 }, { id: 2 ** 31 }, 1].map((key) => ({
    what: `the key ${JSON.stringify(key)}`,
    line: (offset: number) => dumpLine({ ...REPORT, offset, key }),
    code: 'NO_KEY',
    reason: "The record's key has no readable id.",
  })),
  {
    what: 'a key and a row of different ids',
    line: (offset) => dumpLine({ ...REPORT, offset, key: { id: 2 } }),
    code: 'KEY_MISMATCH',
    reason: "The record's key and its row differ in id.",
  },
  {
    what: 'an op that is unknown',
    line: (offset) => withValue(offset, (value) => ({ ...value, op: 'x' })),
    code: 'UNKNOWN_OP',
    reason: 'The event has no op among c, u, d, r, t and m.',
  },
  {
    what: 'no op',
    line: (offset) => withValue(offset, (value) => ({ ...value, op: null })),
    code: 'UNKNOWN_OP',
    reason: 'The event has no op among c, u, d, r, t and m.',
  },
  {
    what: 'neither form of an event',
    line: (offset) => withValue(offset, ({ after }) => after),
    code: 'UNKNOWN_FORM',
    reason: 'The value is neither a Debezium envelope nor a flattened row with __op.',
  },
  {
    what: 'a value that is no object',
    line: (offset) => withValue(offset, (value) => [value]),
    code: 'UNKNOWN_FORM',
    reason: 'The value is no JSON object.',
  },
  {
    what: 'no row',
    line: (offset) => withValue(offset, (value) => ({ ...value, after: null })),
    code: 'NO_ROW',
    reason: 'The event (op c) has no row.',
  },
  {
    what: 'a position that is none',
    line: (offset) => withValue(offset, (value) => ({ ...value, source: { lsn: PERSON } })),
    code: 'BAD_POSITION',
    reason: 'The position lsn is no whole number of a log.',
  },
  ...['id', 'year', 'report_type', 'status', 'service_request_id'].flatMap((column) => [
    {
      what: `no ${column}`,
      line: (offset: number) => withRow(offset, { [column]: undefined }),
      code: 'MISSING_COLUMN',
      reason: `The row has no ${column}.`,
    },
    {
      what: `${column} null`,
      line: (offset: number) => withRow(offset, { [column]: null }),
      code: 'MISSING_COLUMN',
      reason: `The row has no ${column}.`,
    },
  ]),
  ...['quarter5', 'Quarter1', '', 1, PERSON].map((type) => ({
    what: `the report type ${JSON.stringify(type)}`,
    line: (offset: number) => withRow(offset, { report_type: type }),
    code: 'BAD_COLUMN',
    reason: "The row's report_type is none of quarter1, quarter2, quarter3, quarter4, yearly.",
  })),
  ...['1e400', '1e5', '2021.5', '"2021.0"', '"x"', 'true', '[]', '32768', '-32769'].map((year) => ({
    what: `the year ${year}`,
    line: (offset: number) => withText(offset, '"year":2024', `"year":${year}`),
    code: 'BAD_COLUMN',
    reason: "The row's year is no whole number of 16 bits.",
  })),
  ...['1e400', '2147483648', '-2147483649', '0.5', '{}'].map((id) => ({
    what: `the service request ${id}`,
    line: (offset: number) =>
      withText(offset, '"service_request_id":1', `"service_request_id":${id}`),
    code: 'BAD_COLUMN',
    reason: "The row's service_request_id is no whole number of 32 bits.",
  })),
  {
    what: 'an id beyond 32 bits',
    line: (offset) => withText(offset, '"after":{"id":1', '"after":{"id":1e400'),
    code: 'BAD_COLUMN',
    reason: "The row's id is no whole number of 32 bits.",
  },
  {
    what: 'a status that is no text',
    line: (offset) => withRow(offset, { status: { note: PERSON } }),
    code: 'BAD_COLUMN',
    reason: "The row's status is no text.",
  },
  {
    what: 'a status that was not logged',
    line: (offset) => withRow(offset, { status: '__debezium_unavailable_value' }),
    code: 'BAD_COLUMN',
    reason: "The row's status is no text.",
  },
  {
    what: 'U+0000 in a column',
    line: (offset) => withRow(offset, { version: `\u0000${PERSON}` }),
    code: 'NOT_STORABLE',
    reason: SURROGATE,
  },
  {
    what: 'U+0000 in the name of an unknown column',
    line: (offset) => withRow(offset, { [`remarks\u0000`]: PERSON }),
    code: 'NOT_STORABLE',
    reason: SURROGATE,
  },
  {
    what: 'U+0000 in a key',
    line: (offset) => dumpLine({ ...REPORT, offset, key: { id: 1, note: '\u0000' } }),
    code: 'NOT_STORABLE',
    reason: SURROGATE,
  },
  {
    what: 'U+0000 deep in an unknown column',
    line: (offset) => withRow(offset, { remarks: [{ a: [{ b: '\u0000' }] }] }),
    code: 'NOT_STORABLE',
    reason: SURROGATE,
  },
  {
    what: 'U+0000 escaped within data',
    line: (offset) => withRow(offset, { data: '{"note":"\\u0000"}' }),
    code: 'NOT_STORABLE',
    reason: SURROGATE,
  },
  {
    what: 'U+0000 escaped within a name within data',
    line: (offset) => withRow(offset, { data: '{"a":[{"n\\u0000te":1}]}' }),
    code: 'NOT_STORABLE',
    reason: SURROGATE,
  },
  {
    what: 'U+0000 escaped behind an escaped backslash within the signature',
    line: (offset) => withRow(offset, { signature: '{"signed_xml":"\\\\\\u0000"}' }),
    code: 'NOT_STORABLE',
    reason: SURROGATE,
  },
  {
    what: 'U+0000 in data that came as an object',
    line: (offset) => withRow(offset, { data: { note: '\u0000' } }),
    code: 'NOT_STORABLE',
    reason: SURROGATE,
  },
  ...['\ud83d', '\udca9', '\udca9\ud83d', '\ud83d\ud83d\udca9'].flatMap((half, index) => [
    {
      what: `half a surrogate pair in a column (${index})`,
      line: (offset: number) => withRow(offset, { version: half }),
      code: 'NOT_STORABLE',
      reason: SURROGATE,
    },
    {
      what: `half a surrogate pair escaped within data (${index})`,
      line: (offset: number) => withRow(offset, { data: JSON.stringify({ note: half }) }),
      code: 'NOT_STORABLE',
      reason: SURROGATE,
    },
  ]),
  {
    what: 'half a surrogate pair that the line escapes in the payload',
    line: (offset) => {
      const payload = JSON.stringify(REPORT.payload).replace('v5', '\ud83d');
      return dumpLine({ ...REPORT, offset, payload });
    },
    code: 'NOT_STORABLE',
    reason: SURROGATE,
  },
  {
    what: 'JSON that is nested too deep',
    line: (offset) => withText(offset, DATA, nested(250)),
    code: 'NOT_STORABLE',
    reason: 'The JSON is nested deeper than 200 levels.',
  },
  {
    what: 'data that is nested too deep',
    line: (offset) => withRow(offset, { data: nested(100_000) }),
    code: 'NOT_STORABLE',
    reason: 'The JSON is nested deeper than 200 levels.',
  },
  {
    what: 'more bytes than the limit',
    line: (offset) => withRow(offset, { remarks: PERSON.repeat(MAX_EVENT_BYTES / PERSON.length) }),
    code: 'TOO_LARGE',
    reason: 'The record is larger than 1048576 bytes.',
  },
  {
    what: 'an unknown table',
    line: (offset) => dumpLine({ ...REPORT, offset, table: 'auth_user' }),
    code: 'UNKNOWN_TABLE',
    reason: 'The topic names no table of a declared source.',
    topic: 'techorda.public.auth_user',
  },
];

/** What is unusual, and yet can be read. */
const READABLE: readonly { readonly what: string; readonly line: (offset: number) => string }[] = [
  { what: 'an emoji', line: (offset) => withRow(offset, { data: '{"oked":"😀"}' }) },
  {
    what: 'an emoji escaped as a surrogate pair',
    line: (offset) => withRow(offset, { data: '{"oked":"\\ud83d\\ude00"}' }),
  },
  {
    what: 'an emoji whose halves the payload escapes',
    line: (offset) => withText(offset, '"v5"', '"\\uD83D\\uDE00"'),
  },
  {
    what: 'the text of an escape of U+0000, behind an escaped backslash',
    line: (offset) =>
      withRow(offset, { data: '{"oked":"\\\\u0000 \\\\ud800"}', version: '\\u0000' }),
  },
  { what: 'data that is an array', line: (offset) => withRow(offset, { data: '[]' }) },
  { what: 'data that is null', line: (offset) => withRow(offset, { data: 'null' }) },
  { what: 'data that is no text but null', line: (offset) => withRow(offset, { data: null }) },
  { what: 'data that is a text', line: (offset) => withRow(offset, { data: '"x"' }) },
  { what: 'data that is a number', line: (offset) => withRow(offset, { data: '1e400' }) },
  { what: 'data that came as an object', line: (offset) => withRow(offset, { data: { a: 1 } }) },
  { what: 'a signature that is an array', line: (offset) => withRow(offset, { signature: '[1]' }) },
  {
    what: 'a number beyond every range within data',
    line: (offset) => withRow(offset, { data: '{"income_total":1e400,"gph_count":-1e-999}' }),
  },
  {
    what: 'data with a name twice',
    line: (offset) => withRow(offset, { data: '{"oked":1,"oked":2}' }),
  },
  { what: 'deep JSON', line: (offset) => withRow(offset, { data: nested(190) }) },
  {
    what: 'many brackets',
    line: (offset) => withRow(offset, { data: `{"a":[${'[],'.repeat(500)}1]}` }),
  },
  { what: 'the year 2021.0', line: (offset) => withText(offset, '"year":2024', '"year":2021.0') },
  { what: 'the year 2.021e3', line: (offset) => withText(offset, '"year":2024', '"year":2.021e3') },
  {
    what: 'the year 20210E-1',
    line: (offset) => withText(offset, '"year":2024', '"year":20210E-01'),
  },
  { what: 'the year "2021"', line: (offset) => withText(offset, '"year":2024', '"year":"2021"') },
  {
    what: 'the service request 1e5',
    line: (offset) => withText(offset, '"service_request_id":1', '"service_request_id":1e5'),
  },
  {
    what: 'the service request 1.00000000000000000000000000001',
    line: (offset) =>
      withText(
        offset,
        '"service_request_id":1',
        '"service_request_id":1.00000000000000000000000000001',
      ),
  },
  { what: 'the year 1e-999', line: (offset) => withText(offset, '"year":2024', '"year":1e-999') },
  { what: 'the year 1e-9999', line: (offset) => withText(offset, '"year":2024', '"year":1e-9999') },
  {
    what: 'an unknown column that was not logged and has an endless name',
    line: (offset) => withRow(offset, { ['x'.repeat(20_000)]: '__debezium_unavailable_value' }),
  },
  {
    what: 'an endless text',
    line: (offset) =>
      withRow(offset, {
        version: 'x'.repeat(200_000),
        data: JSON.stringify({
          income_total: '9'.repeat(100_000),
          residents_count: '9'.repeat(100_000),
          company_name: 'x'.repeat(100_000),
          certificate_number: 'x'.repeat(100_000),
          investor_country_company: 'x'.repeat(100_000),
          activity_fields: 'x'.repeat(100_000),
        }),
      }),
  },
];

/** Each readable line is a report of its own: id and key follow the offset. */
function ownReport(line: string, id: number): string {
  const record = JSON.parse(line) as Record<string, string>;
  const payload = record['payload']?.replace('"after":{"id":1', `"after":{"id":${id}`);
  return JSON.stringify({ ...record, key: `{"id":${id}}`, payload });
}

interface Quarantined {
  readonly topic: string | null;
  readonly kafka_partition: number | null;
  readonly kafka_offset: string | null;
  readonly reason_code: string;
  readonly reason: string;
  readonly record: Buffer;
  readonly record_bytes: string;
}

const GOOD = 1_000_000;

describe('a dump with every kind of broken record among others', () => {
  const broken = BROKEN.map(({ line }, index) => line(index));
  // A good report before, between and after the broken ones.
  const lines: (string | Buffer)[] = [
    dumpLine(change(reportRow(GOOD), { offset: GOOD })),
    ...broken.flatMap((line, index) => [
      line,
      dumpLine(change(reportRow(GOOD + 1 + index), { offset: GOOD + 1 + index })),
    ]),
    ...READABLE.map(({ line }, index) => ownReport(line(2 * GOOD + index), 2 * GOOD + index)),
  ];
  let counts: LoadCounts;
  let waiting: Quarantined[];

  beforeAll(async () => {
    await emptyWarehouse(warehouse.knex);
    counts = await loadLines(warehouse.knex, lines);
    waiting = await warehouse.knex<Quarantined>('bronze.quarantine').orderBy('quarantine_id');
    await refresh(warehouse.knex, { reason: 'test' });
  });

  test('is loaded but for the broken ones', () => {
    expect(counts).toEqual({
      added: BROKEN.length + 1 + READABLE.length,
      known: 0,
      unreadable: BROKEN.length,
      quarantined: BROKEN.length,
      connector: {},
    });
  });

  test.each(BROKEN.map((kind, index) => ({ ...kind, index })))(
    'puts $what into quarantine with the reason',
    ({ index, code, reason, nowhere, topic = 'techorda.public.service_report' }) => {
      const record = Buffer.from(broken[index] ?? '');
      const row = waiting.find((quarantined) => quarantined.record.equals(record));
      expect(row).toMatchObject({
        topic: nowhere ? null : topic,
        kafka_partition: nowhere ? null : 0,
        kafka_offset: nowhere ? null : String(index),
        reason_code: code,
        reason,
        record_bytes: String(record.length),
      });
    },
  );

  test('says no word of what the records hold in the reasons', () => {
    for (const { reason } of waiting) {
      for (const personal of PERSONAL) expect(reason).not.toContain(personal);
    }
  });

  test('leads to every good report in Silver and in Gold', async () => {
    for (const table of ['silver.service_report_v2', 'gold.general_indicators', 'gold.employees']) {
      const rows = await warehouse
        .knex<{ report_id: number }>(table)
        .whereBetween('report_id', [GOOD, 2 * GOOD - 1])
        .select('report_id');
      expect([table, rows.length]).toEqual([table, BROKEN.length + 1]);
    }
  });

  test.each(READABLE.map(({ what }, index) => ({ what, id: 2 * GOOD + index })))(
    'leads to a report in Gold also for $what',
    async ({ id }) => {
      expect(await warehouse.knex('gold.exports').where({ report_id: id })).toHaveLength(1);
    },
  );

  test('loaded again adds nothing, in Bronze or in quarantine', async () => {
    expect(await loadLines(warehouse.knex, [...lines, ...broken])).toEqual({
      added: 0,
      known: lines.length - broken.length,
      unreadable: 2 * broken.length,
      quarantined: 0,
      connector: {},
    });
    expect(await warehouse.knex('bronze.quarantine').select('reason_code')).toHaveLength(
      BROKEN.length,
    );
  });

  test('is listed without what the records hold, oldest first', async () => {
    const listed = await readQuarantine(warehouse.knex, null, 5);
    expect(listed).toHaveLength(5);
    expect(listed[0]).toMatchObject({ topic: 'techorda.public.service_report', offset: '0' });
    for (const personal of PERSONAL) expect(JSON.stringify(listed)).not.toContain(personal);
  });

  test('replayed with the same settings keeps what is still unreadable, and why', async () => {
    expect(await replayQuarantine(warehouse.knex, MAX_EVENT_BYTES)).toEqual({
      released: 0,
      connector: {},
      kept: BROKEN.length,
    });
    const after = await warehouse.knex<Quarantined>('bronze.quarantine').orderBy('quarantine_id');
    const told = (rows: Quarantined[]) => rows.map((row) => [row.reason_code, row.reason]);
    expect(told(after)).toEqual(told(waiting));
  });
});

describe('a known coordinate with other content', () => {
  const first = change(reportRow(1, { version: 'first' }), { offset: 3 });
  const second = change(reportRow(1, { version: 'second' }), { offset: 3 });

  beforeEach(() => emptyWarehouse(warehouse.knex));

  async function expectFirst() {
    await refresh(warehouse.knex, { reason: 'test' });
    const rows = await warehouse.knex<{ version: string }>('silver.service_report_v2');
    expect(rows.map(({ version }) => version)).toEqual(['first']);
    const waiting = await warehouse.knex<Quarantined>('bronze.quarantine');
    expect(waiting).toMatchObject([
      {
        topic: 'techorda.public.service_report',
        kafka_offset: '3',
        reason_code: 'CHANGED_COORDINATE',
        reason: 'The topic, partition and offset are known with another content.',
      },
    ]);
  }

  test('goes to quarantine, once, and what was known stays', async () => {
    await loadRecords(warehouse.knex, [first]);
    const counts = { ...NOTHING_LOADED, unreadable: 1, quarantined: 1 };
    expect(await loadRecords(warehouse.knex, [second])).toEqual(counts);
    expect(await loadRecords(warehouse.knex, [second])).toEqual({
      ...counts,
      quarantined: 0,
    });
    await expectFirst();
  });

  test('goes to quarantine also within one batch', async () => {
    const counts = await loadRecords(warehouse.knex, [first, second, first]);
    expect(counts).toEqual({
      ...NOTHING_LOADED,
      added: 1,
      known: 1,
      unreadable: 1,
      quarantined: 1,
    });
    await expectFirst();
  });

  test('is told apart where a tombstone, an empty key or another key stands in its place', async () => {
    await loadRecords(warehouse.knex, [first]);
    const { payload, key } = first;
    const others = [
      { ...first, payload: null },
      { ...first, key: { id: 1, extra: true } },
      { ...first, key: JSON.stringify(key), payload: `${JSON.stringify(payload)} ` },
    ];
    expect(await loadRecords(warehouse.knex, others)).toMatchObject({ added: 0, quarantined: 3 });
  });

  test('stays in quarantine when it is replayed', async () => {
    await loadRecords(warehouse.knex, [first, second]);
    expect(await replayQuarantine(warehouse.knex, MAX_EVENT_BYTES)).toEqual({
      released: 0,
      connector: {},
      kept: 1,
    });
    await expectFirst();
  });
});

describe('a replay with a larger limit', () => {
  const large = (id: number, bytes: number) =>
    dumpLine(change(reportRow(id, { remarks: 'x'.repeat(bytes) }), { offset: id }));
  const asLines = (texts: readonly string[]) =>
    texts.map((text) => ({ content: Buffer.from(text), bytes: text.length }));

  beforeEach(() => emptyWarehouse(warehouse.knex));

  async function signed(): Promise<number[]> {
    await refresh(warehouse.knex, { reason: 'test' });
    const rows = await warehouse.knex<{ report_id: number }>('gold.financing').orderBy('report_id');
    return rows.map(({ report_id }) => report_id);
  }

  test('loads what is small enough now, keeps the rest, and can be repeated', async () => {
    const lines = asLines([large(1, 3_000), large(2, 9_000), large(3, 10), 'no JSON']);
    await ingest(warehouse.knex, [lines], { maxEventBytes: 2_000 });
    expect(await signed()).toEqual([3]);

    expect(await replayQuarantine(warehouse.knex, 5_000)).toEqual({
      released: 1,
      connector: {},
      kept: 2,
    });
    expect(await signed()).toEqual([1, 3]);
    expect(await replayQuarantine(warehouse.knex, 5_000)).toEqual({
      released: 0,
      connector: {},
      kept: 2,
    });
    expect(await replayQuarantine(warehouse.knex, 20_000)).toEqual({
      released: 1,
      connector: {},
      kept: 1,
    });
    expect(await signed()).toEqual([1, 2, 3]);

    // What was replayed is known like any other record, and its quarantine is over.
    const again = await ingest(warehouse.knex, [lines], { maxEventBytes: 20_000 });
    expect(again).toEqual({ ...NOTHING_LOADED, known: 3, unreadable: 1 });
    const listed = await readQuarantine(warehouse.knex, null, 10);
    expect(listed.map(({ reasonCode }) => reasonCode)).toEqual(['NOT_JSON']);
  });

  test('lets go what another load has brought meanwhile', async () => {
    const lines = asLines([large(1, 3_000)]);
    await ingest(warehouse.knex, [lines], { maxEventBytes: 2_000 });
    await ingest(warehouse.knex, [lines], { maxEventBytes: 5_000 });
    expect(await replayQuarantine(warehouse.knex, 5_000)).toEqual({
      released: 1,
      connector: {},
      kept: 0,
    });
    expect(await signed()).toEqual([1]);
  });

  test('says why it keeps a record whose coordinate has another content by now', async () => {
    await ingest(warehouse.knex, [asLines([large(1, 3_000)])], { maxEventBytes: 2_000 });
    await ingest(warehouse.knex, [asLines([large(1, 10)])], { maxEventBytes: 2_000 });
    expect(await replayQuarantine(warehouse.knex, 5_000)).toEqual({
      released: 0,
      connector: {},
      kept: 1,
    });
    expect(await readQuarantine(warehouse.knex, null, 10)).toMatchObject([
      { reasonCode: 'CHANGED_COORDINATE', offset: '1' },
    ]);
  });

  test('keeps a record of which only the beginning was kept, until its dump is loaded again', async () => {
    const whole = large(1, 50_000);
    const beginning = { content: Buffer.from(whole.slice(0, 8_000)), bytes: whole.length };
    await ingest(warehouse.knex, [[beginning]], { maxEventBytes: 2_000 });
    expect(await replayQuarantine(warehouse.knex, 100_000)).toEqual({
      released: 0,
      connector: {},
      kept: 1,
    });
    expect(await readQuarantine(warehouse.knex, null, 10)).toMatchObject([
      {
        topic: 'techorda.public.service_report',
        offset: '1',
        reasonCode: 'TOO_LARGE',
        reason: 'Only the beginning of this large record was kept: load its dump again.',
      },
    ]);
    await ingest(warehouse.knex, [asLines([whole])], { maxEventBytes: 100_000 });
    expect(await replayQuarantine(warehouse.knex, 100_000)).toEqual({
      released: 1,
      connector: {},
      kept: 0,
    });
    expect(await signed()).toEqual([1]);
  });
});
