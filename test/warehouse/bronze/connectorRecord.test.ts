import { connectorRecordOf } from '../../../src/warehouse/bronze/record/connectorRecord';
import { printStatus } from '../../../src/commands/status';
import { NOTHING_LOADED } from '../../../src/warehouse/bronze/loadCounts';
import { replayQuarantine } from '../../../src/warehouse/bronze/replay';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import {
  MAX_EVENT_BYTES,
  change,
  emptyWarehouse,
  loadRecords,
  reportRow,
  type GivenRecord,
} from '../../support/databases/warehouse';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
beforeEach(() => emptyWarehouse(warehouse.knex));
afterAll(() => warehouse.drop());

const source = { version: '3.6.1.Final', connector: 'postgresql', name: 'techorda', ts_ms: 1 };
const signal = (type: string) => ({
  id: '4-open',
  type,
  data: '{"openWindowTimestamp":"2026-01-05T00:00:00Z"}',
});

const OWN: readonly [what: string, record: Omit<GivenRecord, 'offset'>][] = [
  [
    'HEARTBEAT',
    {
      topic: '__debezium-heartbeat.techorda',
      key: { serverName: 'techorda' },
      payload: { ts_ms: 1_767_573_379_428 },
    },
  ],
  [
    'HEARTBEAT',
    {
      topic: 'beats.of.techorda',
      key: { schema: { type: 'struct' }, payload: { serverName: 'techorda' } },
      payload: {
        schema: { type: 'struct' },
        payload: { ts_ms: 1, ts_us: 1_000, ts_ns: 1_000_000 },
      },
    },
  ],
  ['HEARTBEAT', { topic: '__debezium-heartbeat.techorda', payload: { ts_ms: 1 } }],
  [
    'HEARTBEAT',
    { table: 'service_report', key: { serverName: 'techorda' }, payload: { ts_ms: 1 } },
  ],
  [
    'TRANSACTION',
    {
      topic: 'techorda.transaction',
      key: { id: '571:53195829' },
      payload: { status: 'BEGIN', id: '571:53195829', event_count: null, data_collections: null },
    },
  ],
  [
    'TRANSACTION',
    {
      topic: 'techorda.transaction',
      key: { id: '571:53195832' },
      payload: {
        status: 'END',
        id: '571:53195832',
        ts_ms: 1,
        event_count: 2,
        data_collections: [{ data_collection: 'public.service_report', event_count: 2 }],
      },
    },
  ],
  [
    'SCHEMA_CHANGE',
    {
      topic: 'techorda',
      key: { databaseName: 'arm' },
      payload: {
        source,
        ts_ms: 1,
        databaseName: 'arm',
        schemaName: 'public',
        ddl: null,
        tableChanges: [{ type: 'ALTER', id: '"arm"."public"."service_report"', table: {} }],
      },
    },
  ],
  [
    'SCHEMA_CHANGE',
    {
      topic: 'schema-history.techorda',
      payload: {
        source: { server: 'techorda' },
        position: { pos: 154 },
        databaseName: 'arm',
        ddl: 'CREATE TABLE t (id int)',
        tableChanges: [],
      },
    },
  ],
  [
    'SIGNAL',
    {
      topic: 'techorda-signal',
      key: 'techorda',
      payload: { type: 'execute-snapshot', data: { type: 'incremental' } },
    },
  ],
  [
    'SIGNAL',
    {
      topic: 'techorda.public.debezium_signal',
      key: { id: '4-open' },
      payload: { before: null, after: signal('snapshot-window-open'), source, op: 'c', ts_ms: 1 },
    },
  ],
  [
    'SIGNAL',
    {
      topic: 'techorda.public.debezium_signal',
      key: { id: '4-open' },
      payload: { before: signal('snapshot-window-close'), after: null, source, op: 'd', ts_ms: 1 },
    },
  ],
  [
    'NOTIFICATION',
    {
      topic: 'techorda-notifications',
      key: 'c485ed3e-16ba-4b0f-b1f1-2b8d1e1d2f2b',
      payload: {
        id: 'c485ed3e-16ba-4b0f-b1f1-2b8d1e1d2f2b',
        aggregate_type: 'Initial Snapshot',
        type: 'STARTED',
        additional_data: { connector_name: 'techorda' },
        timestamp: 1,
      },
    },
  ],
  [
    'LOGICAL_MESSAGE',
    {
      topic: 'techorda.message',
      key: { prefix: 'audit' },
      payload: { op: 'm', ts_ms: 1, source, message: { prefix: 'audit', content: 'aGk=' } },
    },
  ],
  [
    'CONNECT_INTERNAL',
    {
      topic: 'connect-offsets',
      key: ['techorda-arm', { server: 'techorda' }],
      payload: { lsn: 24_023_128, txId: 571, ts_usec: 1 },
    },
  ],
  [
    'CONNECT_INTERNAL',
    {
      topic: 'connect-configs',
      key: 'connector-techorda-arm',
      payload: { properties: { 'connector.class': 'x' } },
    },
  ],
  [
    'CONNECT_INTERNAL',
    { topic: 'connect-configs', key: 'commit-techorda-arm', payload: { tasks: 1 } },
  ],
  [
    'CONNECT_INTERNAL',
    {
      topic: 'connect-status',
      key: 'status-task-techorda-arm-0',
      payload: { state: 'RUNNING', trace: null, worker_id: '10.0.0.7:8083', generation: 3 },
    },
  ],
  ['CONNECT_INTERNAL', { topic: 'connect-status', key: 'status-connector-old', payload: null }],
];

/** Alike, and yet none: an event must not be lost for its looks. */
const NOT_OWN: readonly [what: string, code: string, record: Omit<GivenRecord, 'offset'>][] = [
  [
    'a change of another table',
    'UNKNOWN_TABLE',
    { ...change({ id: 1, type: 'x', data: '{}' }, { offset: 0, table: 'auth_user' }) },
  ],
  ['a delete mark of another table', 'UNKNOWN_TABLE', { topic: 'techorda.public.auth_user' }],
  ['a time alone', 'UNKNOWN_TABLE', { topic: 'clock', key: { id: 1 }, payload: { ts_ms: 1 } }],
  [
    'a heartbeat with something beside its time',
    'UNKNOWN_FORM',
    { key: { serverName: 'techorda' }, payload: { ts_ms: 1, year: 2024 } },
  ],
  [
    'a row with a status of its own',
    'UNKNOWN_FORM',
    { key: { id: 1 }, payload: { id: 1, status: 'BEGIN', event_count: null } },
  ],
  [
    'a row with an id and a type',
    'UNKNOWN_TABLE',
    { topic: 'other', key: { id: 1 }, payload: { id: '1', type: 'STARTED', name: 'x' } },
  ],
  ['a change without a key', 'NO_KEY', { ...change(reportRow(1), { offset: 0 }), key: null }],
];

test.each(OWN)(
  "a %s record is counted as the connector's own, and is not quarantined",
  async (kind, given) => {
    const record = { ...given, offset: 0 };
    expect(
      await loadRecords(warehouse.knex, [record, change(reportRow(1), { offset: 9 })]),
    ).toEqual({
      ...NOTHING_LOADED,
      added: 1,
      connector: { [kind]: 1 },
    });
    expect(await warehouse.knex('bronze.quarantine')).toEqual([]);
    const text = (value: unknown) =>
      value === undefined || value === null || typeof value === 'string'
        ? (value ?? null)
        : JSON.stringify(value);
    expect(
      connectorRecordOf({
        topic: given.topic ?? `techorda.public.${given.table ?? 'service_report'}`,
        partition: 0,
        offset: 0,
        timestamp: undefined,
        key: text(given.key),
        payload: text(given.payload),
      }),
    ).toBe(kind);
  },
);

test.each(NOT_OWN)("%s is none of the connector's own", async (_, code, given) => {
  expect(await loadRecords(warehouse.knex, [{ ...given, offset: 0 }])).toMatchObject({
    connector: {},
    quarantined: 1,
  });
  expect(await warehouse.knex('bronze.quarantine').pluck('reason_code')).toEqual([code]);
});

test('what is read as an event stays one, whatever it is named', async () => {
  const message = {
    offset: 0,
    payload: { op: 'm', source, message: { prefix: 'x', content: '' } },
  };
  expect(await loadRecords(warehouse.knex, [message])).toMatchObject({ added: 1, connector: {} });
});

test('a heartbeat that waits in quarantine since an earlier release leaves it at a replay', async () => {
  await loadRecords(warehouse.knex, [{ topic: 'clock', offset: 0, payload: { ts_ms: 1 } }]);
  const heartbeat = { topic: '__debezium-heartbeat.t', partition: 0, offset: 1, key: null };
  await warehouse.knex('bronze.quarantine').insert({
    record_hash: Buffer.from('x'),
    reason_code: 'UNKNOWN_TABLE',
    reason: "The topic's last part names none of the three tables.",
    record: Buffer.from(JSON.stringify({ ...heartbeat, payload: '{"ts_ms":1}' })),
    record_bytes: JSON.stringify({ ...heartbeat, payload: '{"ts_ms":1}' }).length,
  });
  expect(await replayQuarantine(warehouse.knex, MAX_EVENT_BYTES)).toEqual({
    released: 0,
    connector: { HEARTBEAT: 1 },
    kept: 1,
  });
  expect(await passedOver()).toEqual({ HEARTBEAT: 1 });
});

/** What the database has on record of all loads. */
async function passedOver(): Promise<Record<string, number>> {
  const rows = await warehouse
    .knex('refresh.connector_records')
    .select<{ kind: string; records: string }[]>('kind', 'records');
  return Object.fromEntries(rows.map(({ kind, records }) => [kind, Number(records)]));
}

const beats = (from: number, number: number, topic = '__debezium-heartbeat.t') =>
  Array.from({ length: number }, (_, index) => ({
    topic,
    offset: from + index,
    payload: { ts_ms: 1 },
  }));
const boundary = (offset: number) => ({
  topic: 'techorda.transaction',
  offset,
  payload: { status: 'BEGIN', id: `571:${offset}`, event_count: null },
});

test('loads together have each on record once by its kind, in whatever order and however often they come', async () => {
  const first = [...beats(0, 40), boundary(0)];
  expect(await loadRecords(warehouse.knex, first)).toMatchObject({
    connector: { HEARTBEAT: 40, TRANSACTION: 1 },
  });
  await loadRecords(warehouse.knex, [...beats(20, 40), boundary(0), boundary(7)]);
  await loadRecords(warehouse.knex, beats(0, 3, '__debezium-heartbeat.other'));
  await loadRecords(warehouse.knex, [...beats(100, 1), ...beats(98, 1)].reverse());
  await loadRecords(warehouse.knex, first);
  expect(await passedOver()).toEqual({ HEARTBEAT: 65, TRANSACTION: 2 });
});

test('a load that fails has none of them on record', async () => {
  await warehouse.knex.raw('alter table bronze.progress add check (events < 1) not valid');
  try {
    const records = [...beats(0, 4), change(reportRow(1), { offset: 9 })];
    await expect(loadRecords(warehouse.knex, records)).rejects.toThrow();
  } finally {
    await warehouse.knex.raw('alter table bronze.progress drop constraint progress_events_check');
  }
  expect(await passedOver()).toEqual({});
});

test('offsets far apart, up to the greatest, make rows of a bounded size', async () => {
  const apart = Array.from({ length: 300 }, (_, index) => beats(index * 40_000, 1)).flat();
  await loadRecords(warehouse.knex, [...apart, ...beats(Number.MAX_SAFE_INTEGER, 1)]);
  expect(await passedOver()).toEqual({ HEARTBEAT: 301 });
  const { rows } = await warehouse.knex.raw<{ rows: { largest: number }[] }>(
    'select max(ranges)::int as largest from (select (select count(*) from unnest(kafka_offsets)) as ranges from bronze.connector_records) each',
  );
  expect(rows[0]?.largest).toBeLessThanOrEqual(2);
});

test('status has the number of all loads by kind', async () => {
  await loadRecords(warehouse.knex, [...beats(0, 1_200), boundary(0)]);
  const printed = async (json: boolean) => {
    let text = '';
    await printStatus(warehouse.knex, { json }, (some) => (text += some));
    return text;
  };
  expect(await printed(false)).toContain(
    "Passed over     1,201 of the connector's own (1,200 heartbeats, 1 mark of a transaction)\n",
  );
  expect(JSON.parse(await printed(true))).toMatchObject({
    connectorRecords: { HEARTBEAT: 1_200, TRANSACTION: 1 },
  });
});
