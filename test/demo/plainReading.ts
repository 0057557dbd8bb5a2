import type { DumpRecord } from '../../src/demo/events/dumpRecord';

/**
 * The rules of the contract in their plainest form, in memory, sharing no code with the product:
 * newest event per key by lsn, then offset; a delete wins over all that is older; a placeholder
 * takes the value of the newest older event within the key's life.
 */
export const PLACEHOLDER = '__debezium_unavailable_value';

export type Row = Record<string, unknown>;

interface KeyState {
  lsn: number;
  offset: number;
  row: Row | undefined;
}

interface Value {
  op: string;
  lsn: number | undefined;
  row: Row | undefined;
}

function asRow(value: unknown): Row {
  if (typeof value === 'object' && value !== null) return value as Row;
  throw new Error(`An object was expected, not ${JSON.stringify(value)}.`);
}

export function readValue(payload: string): Value {
  let value = asRow(JSON.parse(payload));
  if ('schema' in value) value = asRow(value['payload']);
  if ('__op' in value) {
    const lsn = (value['__lsn'] ?? value['__source_lsn']) as number | undefined;
    return { op: String(value['__op']), lsn, row: value };
  }
  const source = asRow(value['source']);
  const sequence = source['sequence'] as string | null;
  const lsn = (source['lsn'] as number | null | undefined) ?? undefined;
  return {
    op: String(value['op']),
    lsn: lsn ?? (sequence === null ? undefined : Number((JSON.parse(sequence) as string[])[1])),
    row: value['after'] ? asRow(value['after']) : undefined,
  };
}

export function keyOf(record: DumpRecord): number {
  const key = asRow(JSON.parse(record.key ?? '{}'));
  return asRow('payload' in key ? key['payload'] : key)['id'] as number;
}

function carry(row: Row, older: Row | undefined): Row {
  for (const column in row) {
    if (row[column] === PLACEHOLDER) row[column] = older?.[column] ?? PLACEHOLDER;
  }
  return row;
}

/** What is left of each table when all events are read. `shrink` keeps of a row what a test needs. */
export class PlainReading {
  readonly #tables = new Map<string, Map<number, KeyState>>();

  constructor(readonly shrink: (table: string, row: Row) => Row = (_, row) => row) {}

  rows(table: string): Row[] {
    const rows: Row[] = [];
    for (const { row } of this.#keys(table).values()) if (row !== undefined) rows.push(row);
    return rows;
  }

  #keys(table: string): Map<number, KeyState> {
    const keys = this.#tables.get(table) ?? new Map<number, KeyState>();
    this.#tables.set(table, keys);
    return keys;
  }

  read(record: DumpRecord): void {
    if (record.payload === null) return;
    const table = record.topic.slice(record.topic.lastIndexOf('.') + 1);
    const keys = this.#keys(table);
    const { op, lsn, row } = readValue(record.payload);
    if (op === 'm') return;
    if (op === 't') {
      for (const state of keys.values()) if (state.lsn < (lsn ?? 0)) state.row = undefined;
      return;
    }
    const id = keyOf(record);
    const before = keys.get(id);
    const place = lsn ?? before?.lsn ?? -1;
    // Older events come late only as copies of what was read before: they change nothing.
    if (before !== undefined && place < before.lsn) return;
    const alive = op === 'd' || row === undefined ? undefined : this.shrink(table, row);
    keys.set(id, {
      lsn: place,
      offset: record.offset,
      row: alive === undefined ? undefined : carry(alive, before?.row),
    });
  }
}
