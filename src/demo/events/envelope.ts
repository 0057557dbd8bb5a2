import type { Table } from './tables';
import { TABLES, connectSchema } from './tables';

export type Op = 'c' | 'u' | 'd' | 'r' | 't' | 'm';

/** One change as the connector learnt of it. Rows are JSON texts. */
export interface Change {
  readonly table: Table;
  readonly op: Op;
  readonly before: string | null;
  readonly after: string | null;
  /** Null for the reads of an incremental snapshot, which have no place in the source's log. */
  readonly lsn: number | null;
  readonly txId: number;
  /** When the source changed. */
  readonly time: number;
  readonly snapshot: string;
}

/** The forms in which a value may arrive. */
export interface Form {
  readonly flattened: boolean;
  readonly wrapped: boolean;
  /** An old connector's: the position stands in `sequence` alone, or in `__source_lsn`. */
  readonly old: boolean;
}

const DELAY = 300;

function perTable(write: (table: Table) => string): Readonly<Record<Table, string>> {
  const tables = Object.keys(TABLES) as Table[];
  return Object.fromEntries(tables.map((table) => [table, write(table)])) as Record<Table, string>;
}

const valueSchemas = perTable((table) => connectSchema(table, `demo.public.${table}.Value`));
const envelopeSchemas = perTable(
  (table) =>
    `{"type":"struct","fields":[${valueSchemas[table]},${valueSchemas[table]}],"optional":false,` +
    `"name":"demo.public.${table}.Envelope","version":2}`,
);
const keySchemas = perTable(
  (table) =>
    '{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"}],"optional":false,' +
    `"name":"demo.public.${table}.Key"}`,
);

function source({ table, lsn, txId, time, snapshot }: Change, old: boolean): string {
  const sequence = lsn === null ? 'null' : `"[\\"${lsn - 8}\\",\\"${lsn}\\"]"`;
  const position = old && lsn !== null ? '' : `,"lsn":${lsn}`;
  return (
    `{"version":"${old ? '1.9.7' : '3.2.0'}.Final","connector":"postgresql","name":"demo",` +
    `"ts_ms":${time},"snapshot":"${snapshot}","db":"arm","sequence":${sequence},` +
    `"ts_us":${time}000,"ts_ns":${time}000000,"schema":"public","table":"${table}",` +
    `"txId":${txId}${position},"xmin":null}`
  );
}

function full(change: Change, old: boolean): string {
  const { op, before, after, time } = change;
  const told = time + DELAY;
  const row =
    op === 'm'
      ? '"message":{"prefix":"heartbeat","content":"b2s="},'
      : op === 't'
        ? ''
        : `"before":${before},"after":${after},`;
  return (
    `{${row}"source":${source(change, old)},"transaction":null,"op":"${op}",` +
    `"ts_ms":${told},"ts_us":${told}000,"ts_ns":${told}000000}`
  );
}

/** What ExtractNewRecordState leaves: the row, and a few words about the event beside it. */
function flattened({ op, before, after, lsn, time }: Change, old: boolean): string {
  const row = (op === 'd' ? before : after) ?? '{}';
  const position = lsn === null ? '' : `"${old ? '__source_lsn' : '__lsn'}":${lsn},`;
  return (
    `${row.slice(0, -1)},"__op":"${op}",${position}` +
    `"__source_ts_ms":${time},"__deleted":"${op === 'd'}"}`
  );
}

export function writeValue(change: Change, form: Form): string {
  const flat = form.flattened && change.op !== 'm' && change.op !== 't';
  const value = flat ? flattened(change, form.old) : full(change, form.old);
  if (!form.wrapped) return value;
  const schemas = flat ? valueSchemas : envelopeSchemas;
  return `{"schema":${schemas[change.table]},"payload":${value}}`;
}

export function writeKey(table: Table, id: number, wrapped: boolean): string {
  const key = `{"id":${id}}`;
  return wrapped ? `{"schema":${keySchemas[table]},"payload":${key}}` : key;
}
