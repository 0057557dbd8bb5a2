import { sourceSystems } from '../../systems/declaredSystems';
import type { SourceTable } from '../../systems/sourceTable';
import type { DumpRecord } from './dumpRecord';
import { isObject, parseJson } from './dumpRecord';
import type { Op } from './envelope';
import { readEnvelope } from './envelope';
import { assertColumns, UNAVAILABLE } from './requiredColumns';
import { readRowKey, wrongKeyColumn, type RowKey } from './rowKey';
import { assertStorable } from './storable';
import { Unreadable } from './unreadable';

/** An event as Bronze keeps it: the record, and what the fold needs to know of it. */
export interface BronzeEvent {
  readonly table: SourceTable;
  readonly record: DumpRecord;
  /** Undefined for a tombstone. */
  readonly op: Op | undefined;
  readonly keyId: RowKey | undefined;
  readonly lsn: string | undefined;
  readonly sourceTime: number | undefined;
  readonly rowPath: readonly string[] | undefined;
  /** The columns that hold the placeholder; undefined when none does. */
  readonly unavailable: readonly string[] | undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** The key in the record's key, which may be wrapped in {schema, payload} like the value. */
function readKey({ key }: SourceTable, text: string | null): RowKey | undefined {
  if (text === null) return undefined;
  const parsed = parseJson(text, 'key');
  assertStorable(text, parsed);
  const object = isObject(parsed) && isObject(parsed['payload']) ? parsed['payload'] : parsed;
  return isObject(object) ? readRowKey(key, object) : undefined;
}

const namesOf = ({ key }: SourceTable) => key.map(({ column }) => column).join(' and ');

/** Throws where the row has another key than its record. */
function assertSameKey(table: SourceTable, row: JsonObject, keyId: RowKey): void {
  for (const { column } of table.key) {
    if (row[column] !== undefined && row[column] !== null) continue;
    throw new Unreadable('MISSING_COLUMN', `The row has no ${column}.`);
  }
  const wrong = wrongKeyColumn(table.key, row);
  if (wrong !== undefined) {
    throw new Unreadable('BAD_COLUMN', `The row's ${wrong.column} is no ${wrong.expected}.`);
  }
  if (readRowKey(table.key, row) !== keyId) {
    throw new Unreadable(
      'KEY_MISMATCH',
      `The record's key and its row differ in ${namesOf(table)}.`,
    );
  }
}

function findUnavailable(row: JsonObject): string[] | undefined {
  let found: string[] | undefined;
  for (const column in row) if (row[column] === UNAVAILABLE) (found ??= []).push(column);
  return found;
}

/** Reads what a record says. Throws {@link Unreadable} for what belongs in quarantine. */
export function readBronzeEvent(record: DumpRecord): BronzeEvent {
  const table = sourceSystems().tableOfTopic(record.topic);
  if (table === undefined) {
    throw new Unreadable('UNKNOWN_TABLE', 'The topic names no table of a declared source.');
  }
  const keyId = readKey(table, record.key);
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
  if (keyId === undefined) {
    throw new Unreadable('NO_KEY', `The record's key has no readable ${namesOf(table)}.`);
  }
  if (op === 'd') return { table, record, op, keyId, lsn, ...nothing, sourceTime };

  if (row === undefined) throw new Unreadable('NO_ROW', `The event (op ${op}) has no row.`);
  assertSameKey(table, row, keyId);
  assertColumns(table, row);
  const { rowPath } = envelope;
  const unavailable = findUnavailable(row);
  return { table, record, op, keyId, lsn, sourceTime, rowPath, unavailable };
}
