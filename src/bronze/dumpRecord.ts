import { Unreadable } from './unreadable';

/** A Kafka record as `kcat -C -J` prints it; key and payload are texts that hold JSON. */
export interface DumpRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The record's time in Kafka, in milliseconds since 1970; undefined where the dump has none. */
  readonly timestamp: number | undefined;
  readonly key: string | null;
  /** Null for a tombstone. */
  readonly payload: string | null;
}

const MAX_PARTITION = 2 ** 31 - 1;

function isWhole(value: unknown, from: number, to: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

/** Parses JSON, or throws {@link Unreadable} in a sentence that says which part is broken. */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Unreadable('NOT_JSON', `The ${what} is not JSON.`);
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads one line of a dump. Throws {@link Unreadable}. */
export function readDumpRecord(line: string): DumpRecord {
  const record = parseJson(line, 'line');
  if (!isObject(record)) throw new Unreadable('NOT_A_RECORD', 'The line is no JSON object.');
  const { topic, partition, offset, ts, key = null, payload = null } = record;
  if (typeof topic !== 'string' || topic === '') {
    throw new Unreadable('NOT_A_RECORD', 'The record has no topic.');
  }
  if (!isWhole(partition, 0, MAX_PARTITION) || !isWhole(offset, 0, Number.MAX_SAFE_INTEGER)) {
    throw new Unreadable(
      'NOT_A_RECORD',
      'The record has no partition and offset as whole numbers.',
    );
  }
  if (!isTextOrNull(key) || !isTextOrNull(payload)) {
    throw new Unreadable('NOT_A_RECORD', 'The key and the payload must each be a text or null.');
  }
  const timestamp = typeof ts === 'number' ? ts : undefined;
  return { topic, partition, offset, timestamp, key, payload };
}
