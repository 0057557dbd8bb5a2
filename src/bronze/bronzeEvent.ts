import type { SourceTable } from '../database/sourceTables';
import type { DumpRecord } from './dumpRecord';
import { isObject, parseJson } from './dumpRecord';
import type { Op } from './envelope';
import { readEnvelope } from './envelope';
import { JSON_COLUMNS, REPORT_TYPES, tableOfTopic } from './sourceColumns';
import { assertStorable } from './storable';
import { Unreadable } from './unreadable';

/** What PostgreSQL's connector writes for a large value that did not change and was not logged. */
export const UNAVAILABLE = '__debezium_unavailable_value';

/** An event as Bronze keeps it: the record, and what the fold needs to know of it. */
export interface BronzeEvent {
  readonly table: SourceTable;
  readonly record: DumpRecord;
  /** Undefined for a tombstone. */
  readonly op: Op | undefined;
  readonly keyId: number | undefined;
  readonly lsn: string | undefined;
  readonly sourceTime: number | undefined;
  readonly rowPath: readonly string[] | undefined;
  /** The columns that hold the placeholder; undefined when none does. */
  readonly unavailable: readonly string[] | undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

function readInteger(value: unknown, bits: 16 | 32): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
  const limit = 2 ** (bits - 1);
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  return number >= -limit && number < limit ? number : undefined;
}

function requireColumn(row: JsonObject, column: string): unknown {
  const value = row[column];
  if (value === undefined || value === null) {
    throw new Unreadable('MISSING_COLUMN', `The row has no ${column}.`);
  }
  return value;
}

function requireInteger(row: JsonObject, column: string, bits: 16 | 32): number {
  const integer = readInteger(requireColumn(row, column), bits);
  if (integer === undefined) {
    throw new Unreadable('BAD_COLUMN', `The row's ${column} is no whole number of ${bits} bits.`);
  }
  return integer;
}

function assertReport(row: JsonObject): void {
  requireInteger(row, 'year', 16);
  requireInteger(row, 'service_request_id', 32);
  const status = requireColumn(row, 'status');
  if (typeof status !== 'string' || status === UNAVAILABLE) {
    throw new Unreadable('BAD_COLUMN', "The row's status is no text.");
  }
  const reportType = requireColumn(row, 'report_type');
  if (typeof reportType !== 'string' || !REPORT_TYPES.has(reportType)) {
    throw new Unreadable(
      'BAD_COLUMN',
      `The row's report_type is none of ${[...REPORT_TYPES].join(', ')}.`,
    );
  }
}

/** The id in the record's key, which may be wrapped in {schema, payload} like the value. */
function readKey(text: string | null): number | undefined {
  if (text === null) return undefined;
  const parsed = parseJson(text, 'key');
  assertStorable(text, parsed);
  const key = isObject(parsed) && isObject(parsed['payload']) ? parsed['payload'] : parsed;
  return isObject(key) ? readInteger(key['id'], 32) : undefined;
}

/** Texts that hold JSON must hold it well, or a refresh could not read into them. */
function assertJsonColumns(table: SourceTable, row: JsonObject): void {
  for (const column of JSON_COLUMNS[table]) {
    const text = row[column];
    if (typeof text !== 'string' || text === UNAVAILABLE) continue;
    assertStorable(text, parseJson(text, `column ${column}`));
  }
}

function findUnavailable(row: JsonObject): string[] | undefined {
  let found: string[] | undefined;
  for (const column in row) if (row[column] === UNAVAILABLE) (found ??= []).push(column);
  return found;
}

/** Reads what a record says. Throws {@link Unreadable} for what belongs in quarantine. */
export function readBronzeEvent(record: DumpRecord): BronzeEvent {
  const table = tableOfTopic(record.topic);
  if (table === undefined) {
    throw new Unreadable('UNKNOWN_TABLE', "The topic's last part names none of the three tables.");
  }
  const keyId = readKey(record.key);
  const nothing = { sourceTime: undefined, rowPath: undefined, unavailable: undefined };
  const tombstone = { table, record, op: undefined, keyId, lsn: undefined, ...nothing };
  if (record.payload === null) return tombstone;

  const value = parseJson(record.payload, 'payload');
  assertStorable(record.payload, value);
  const envelope = readEnvelope(value, record.payload);
  if (envelope === undefined) return tombstone;
  const { op, row, lsn, sourceTime } = envelope;
  if (op === 't' || op === 'm') {
    return { table, record, op, keyId: undefined, lsn, ...nothing, sourceTime };
  }
  if (keyId === undefined) throw new Unreadable('NO_KEY', 'The record has no key with an id.');
  if (op === 'd') return { table, record, op, keyId, lsn, ...nothing, sourceTime };

  if (row === undefined) throw new Unreadable('NO_ROW', `The event (op ${op}) has no row.`);
  if (requireInteger(row, 'id', 32) !== keyId) {
    throw new Unreadable('KEY_MISMATCH', "The record's key and its row name different ids.");
  }
  if (table === 'service_report') assertReport(row);
  assertJsonColumns(table, row);
  const { rowPath } = envelope;
  const unavailable = findUnavailable(row);
  return { table, record, op, keyId, lsn, sourceTime, rowPath, unavailable };
}
