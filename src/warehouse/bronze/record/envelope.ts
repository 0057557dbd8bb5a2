import { isObject } from './dumpRecord';
import { Unreadable } from './unreadable';

/** What happened: create, update, delete, snapshot read, truncate, logical-decoding message. */
export type Op = 'c' | 'u' | 'd' | 'r' | 't' | 'm';

type JsonObject = Readonly<Record<string, unknown>>;

/** A Debezium value, whichever of its three forms it came in. */
export interface Envelope {
  readonly op: Op;
  /** The row after the change (before it, for a delete); undefined where the event has none. */
  readonly row: JsonObject | undefined;
  /** Where the row stands in the value, as a path for PostgreSQL's `#>`. */
  readonly rowPath: readonly string[];
  /** Position in the source's log, as decimal digits; undefined where the event has none. */
  readonly lsn: string | undefined;
  /** When the source changed, in milliseconds since 1970. */
  readonly sourceTime: number | undefined;
}

const OPS: ReadonlySet<string> = new Set(['c', 'u', 'd', 'r', 't', 'm']);
const MAX_LSN = 9_223_372_036_854_775_807n;

function readOp(value: unknown): Op {
  if (typeof value === 'string' && OPS.has(value)) return value as Op;
  throw new Unreadable('UNKNOWN_OP', 'The event has no op among c, u, d, r, t and m.');
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** The digits of a position. A number beyond 2^53 was rounded by the parser: they are read again. */
function readPosition(value: unknown, name: string, text: string): string {
  let digits = typeof value === 'string' ? value : String(value);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    digits = new RegExp(`(?<!\\\\)"${name}"\\s*:\\s*(\\d+)(?![\\d.eE])`).exec(text)?.[1] ?? '';
  }
  if (!/^\d{1,19}$/.test(digits) || BigInt(digits) > MAX_LSN) {
    throw new Unreadable('BAD_POSITION', `The position ${name} is no whole number of a log.`);
  }
  return digits;
}

/** source.lsn, else the second number of source.sequence, a text such as ["23804109","23804110"]. */
function readLsn(source: JsonObject, text: string): string | undefined {
  if (isPresent(source['lsn'])) return readPosition(source['lsn'], 'lsn', text);
  if (typeof source['sequence'] !== 'string') return undefined;
  let sequence: unknown;
  try {
    sequence = JSON.parse(source['sequence']);
  } catch {
    sequence = undefined;
  }
  if (!Array.isArray(sequence)) {
    throw new Unreadable(
      'BAD_POSITION',
      'The position source.sequence is no array of two numbers.',
    );
  }
  return isPresent(sequence[1]) ? readPosition(sequence[1], 'sequence', text) : undefined;
}

function readTime(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function readFull(value: JsonObject, text: string, path: readonly string[]): Envelope {
  const op = readOp(value['op']);
  const source = isObject(value['source']) ? value['source'] : {};
  const side = op === 'd' ? 'before' : 'after';
  const row = value[side];
  return {
    op,
    row: isObject(row) ? row : undefined,
    rowPath: [...path, side],
    lsn: readLsn(source, text),
    sourceTime: readTime(source['ts_ms']),
  };
}

/** The form that ExtractNewRecordState leaves: `__deleted` is a text, and "false" means false. */
function readFlattened(value: JsonObject, text: string, path: readonly string[]): Envelope {
  const deleted = value['__deleted'] === 'true' || value['__deleted'] === true;
  const op = readOp(value['__op']);
  const lsnName = isPresent(value['__lsn']) ? '__lsn' : '__source_lsn';
  const lsn = value[lsnName];
  const hasRow = op !== 't' && op !== 'm';
  return {
    op: deleted && hasRow ? 'd' : op,
    row: hasRow ? value : undefined,
    rowPath: path,
    lsn: isPresent(lsn) ? readPosition(lsn, lsnName, text) : undefined,
    sourceTime: readTime(value['__source_ts_ms']),
  };
}

/**
 * Reads a Debezium value: the envelope, the flattened form, or one of them inside
 * `{"schema": …, "payload": …}`. `text` is the value's JSON. Undefined for a wrapped tombstone.
 * Throws {@link Unreadable}.
 */
export function readEnvelope(parsed: unknown, text: string): Envelope | undefined {
  let value = parsed;
  let path: readonly string[] = [];
  if (isObject(value) && 'payload' in value && !('op' in value) && !('__op' in value)) {
    value = value['payload'];
    path = ['payload'];
    if (value === null) return undefined;
  }
  if (!isObject(value)) throw new Unreadable('UNKNOWN_FORM', 'The value is no JSON object.');
  if ('__op' in value) return readFlattened(value, text, path);
  if ('op' in value || 'after' in value || 'before' in value) return readFull(value, text, path);
  throw new Unreadable(
    'UNKNOWN_FORM',
    'The value is neither a Debezium envelope nor a flattened row with __op.',
  );
}
