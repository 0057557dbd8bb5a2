import type { DumpRecord } from './dumpRecord';
import { isObject } from './dumpRecord';

/** Records that Debezium and Kafka Connect write for themselves. None says anything of a source row. */
export type ConnectorRecord =
  | 'HEARTBEAT'
  | 'TRANSACTION'
  | 'SCHEMA_CHANGE'
  | 'SIGNAL'
  | 'NOTIFICATION'
  | 'LOGICAL_MESSAGE'
  | 'CONNECT_INTERNAL';

type JsonObject = Readonly<Record<string, unknown>>;

const HEARTBEAT_TOPIC = '__debezium-heartbeat';
const TIMES = ['ts_ms', 'ts_us', 'ts_ns'];
const TRANSACTION_FIELDS = ['status', 'id', 'event_count', 'data_collections', ...TIMES];
const SIGNAL_FIELDS = ['id', 'type', 'data'];
const SIGNALS: ReadonlySet<unknown> = new Set([
  'block-snapshot',
  'execute-snapshot',
  'log',
  'pause-snapshot',
  'resume-snapshot',
  'schema-changes',
  'snapshot-window-close',
  'snapshot-window-open',
  'stop-snapshot',
]);
/** The keys of the topics in which Kafka Connect keeps connectors, tasks and their states. */
const CONNECT_KEY =
  /^(?:(?:connector|commit|target-state|restart-connector|status-connector|status-topic|logger-cluster)-.+|(?:status-)?task-.+-\d+)$/;
const CONNECT_VALUES = ['properties', 'tasks', 'state', 'topic', 'restart-include-tasks', 'level'];

/**
 * What kind of its own a connector's record is, by its form; undefined where it is none. Of an event of
 * the source tables nothing is: those are read before.
 */
export function connectorRecordOf(record: DumpRecord): ConnectorRecord | undefined {
  if (isConnectKey(record)) return 'CONNECT_INTERNAL';
  const value = unwrapped(parsed(record.payload));
  if (!isObject(value)) return undefined;
  const key = unwrapped(parsed(record.key));
  if (isHeartbeat(record, key, value)) return 'HEARTBEAT';
  if (isTransaction(value)) return 'TRANSACTION';
  if (isSchemaChange(value)) return 'SCHEMA_CHANGE';
  if (isLogicalMessage(value)) return 'LOGICAL_MESSAGE';
  if (isSignal(value)) return 'SIGNAL';
  if (isNotification(value)) return 'NOTIFICATION';
  if (isConnectOffset(key, value)) return 'CONNECT_INTERNAL';
  return undefined;
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a converter with schemas wraps. */
function unwrapped(value: unknown): unknown {
  return isObject(value) && 'payload' in value && 'schema' in value ? value['payload'] : value;
}

function hasOnly(value: JsonObject, names: readonly string[]): boolean {
  return Object.keys(value).every((name) => names.includes(name));
}

function isHeartbeat({ topic }: DumpRecord, key: unknown, value: JsonObject): boolean {
  const ofServer = isObject(key) && typeof key['serverName'] === 'string';
  if (!ofServer && !topic.startsWith(HEARTBEAT_TOPIC)) return false;
  return typeof value['ts_ms'] === 'number' && hasOnly(value, TIMES);
}

function isTransaction(value: JsonObject): boolean {
  const { status, id } = value;
  return (
    (status === 'BEGIN' || status === 'END') &&
    typeof id === 'string' &&
    hasOnly(value, TRANSACTION_FIELDS)
  );
}

/** Of the topic of schema changes, and of the one in which a connector keeps their history. */
function isSchemaChange(value: JsonObject): boolean {
  const told = typeof value['ddl'] === 'string' || Array.isArray(value['tableChanges']);
  return told && 'databaseName' in value && isObject(value['source']) && !('op' in value);
}

/** What pg_logical_emit_message writes has a topic of its own and no row. */
function isLogicalMessage(value: JsonObject): boolean {
  const { op, message } = value;
  return op === 'm' && isObject(message) && 'prefix' in message;
}

/** A signal as its topic has it, or as a row of the connector's signal table, however that is named. */
function isSignal(value: JsonObject): boolean {
  const row = [value['after'], value['before'], value].find(isObject) ?? value;
  return SIGNALS.has(row['type']) && hasOnly(row, SIGNAL_FIELDS) && 'data' in row;
}

function isNotification(value: JsonObject): boolean {
  const { id, type, aggregate_type } = value;
  return (
    [id, type, aggregate_type].every((text) => typeof text === 'string') &&
    hasOnly(value, ['id', 'type', 'aggregate_type', 'additional_data', 'timestamp'])
  );
}

/** A key such as `status-connector-NAME`, of a state or of the mark that removes it. */
function isConnectKey({ key, payload }: DumpRecord): boolean {
  if (key === null || !(CONNECT_KEY.test(key) || key === 'session-key')) return false;
  if (payload === null) return true;
  const value = unwrapped(parsed(payload));
  return isObject(value) && (key === 'session-key' || CONNECT_VALUES.some((name) => name in value));
}

/** How far a connector has come: the key is its name with a partition of its source. */
function isConnectOffset(key: unknown, value: JsonObject): boolean {
  if (!Array.isArray(key) || key.length !== 2) return false;
  return typeof key[0] === 'string' && isObject(key[1]) && !('op' in value);
}
