import { Unreadable } from './unreadable';

/** Where a record stands in Kafka: what identifies it. */
export interface Coordinates {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A Kafka record as `kcat -C -J` prints it; key and payload are texts that hold JSON. */
export interface DumpRecord extends Coordinates {
  /** The record's time in Kafka, in milliseconds since 1970; undefined where the dump has none. */
  readonly timestamp: number | undefined;
  readonly key: string | null;
  /** Null for a tombstone. */
  readonly payload: string | null;
}

const MAX_PARTITION = 2 ** 31 - 1;
/** What Kafka allows as a topic's name. */
const TOPIC = /^[\w.-]{1,249}$/;
/** kcat writes the coordinates first, so that they can be told even of a record cut short. */
const HEAD =
  /^\s*\{\s*"topic"\s*:\s*"([^"]*)"\s*,\s*"partition"\s*:\s*(\d+)\s*,\s*"offset"\s*:\s*(\d+)\s*,/;
const HEAD_BYTES = 1024;

function isWhole(value: unknown, from: number, to: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
}

const isPartition = (value: unknown): value is number => isWhole(value, 0, MAX_PARTITION);
const isOffset = (value: unknown): value is number => isWhole(value, 0, Number.MAX_SAFE_INTEGER);

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

/** Beside a key or payload of null: the program that wrote the dump could not decode what was there. */
const DECODING_ERRORS = ['key_error', 'payload_error', 'value_error'] as const;

/** A null that stands for something undecoded is no delete mark: the event would be lost. */
function assertDecoded(record: Readonly<Record<string, unknown>>): void {
  for (const name of DECODING_ERRORS) {
    if (record[name] === undefined || record[name] === null) continue;
    const what = name === 'key_error' ? 'key' : 'payload';
    throw new Unreadable(
      'NOT_DECODED',
      `The dump's writer could not decode the ${what} (${name}).`,
    );
  }
}

/** Reads one line of a dump. Throws {@link Unreadable}. */
export function readDumpRecord(line: string): DumpRecord {
  const record = parseJson(line, 'line');
  if (!isObject(record)) throw new Unreadable('NOT_A_RECORD', 'The line is no JSON object.');
  const { topic, partition, offset, ts, key = null, payload } = record;
  if (typeof topic !== 'string' || !TOPIC.test(topic)) {
    throw new Unreadable('NOT_A_RECORD', 'The record has no topic with a name that Kafka allows.');
  }
  if (!isPartition(partition) || !isOffset(offset)) {
    throw new Unreadable(
      'NOT_A_RECORD',
      'The record has no partition and offset as whole numbers.',
    );
  }
  assertDecoded(record);
  if (payload === undefined) {
    throw new Unreadable(
      'NOT_A_RECORD',
      'The record has no payload; a delete mark has one of null.',
    );
  }
  if (!isTextOrNull(key) || !isTextOrNull(payload)) {
    throw new Unreadable('NOT_A_RECORD', 'The key and the payload must each be a text or null.');
  }
  const timestamp = typeof ts === 'number' ? ts : undefined;
  return { topic, partition, offset, timestamp, key, payload };
}

/** The coordinates of a line that is no readable record; undefined where they cannot be told. */
export function readCoordinates(line: Buffer): Coordinates | undefined {
  const found = HEAD.exec(line.subarray(0, HEAD_BYTES).toString('utf8'));
  const [topic = '', partition, offset] = found?.slice(1) ?? [];
  const coordinates = { topic, partition: Number(partition), offset: Number(offset) };
  const told =
    TOPIC.test(topic) && isPartition(coordinates.partition) && isOffset(coordinates.offset);
  return told ? coordinates : undefined;
}
