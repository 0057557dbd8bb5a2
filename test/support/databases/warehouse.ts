import { CHANGED_AT } from '../../../src/ground/database/changedAt';
import type { Knex } from 'knex';
import { ingest } from '../../../src/warehouse/bronze/ingest';
import type { LoadCounts } from '../../../src/warehouse/bronze/loadCounts';
import type { Mart } from '../../../src/api/model/mart';
import { lineage } from '../../../src/warehouse/lineage/lineage';
import { sourceSystems } from '../../../src/warehouse/systems/declaredSystems';
import { marts } from './marts';

/** A record of a dump as a test writes it down; payload and key are values, not texts. */
export interface GivenRecord {
  readonly table?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset: number;
  readonly key?: unknown;
  readonly payload?: unknown;
}

/** The dump line of a record. Texts stand as they are, so that a test can break them. */
export function dumpLine(record: GivenRecord): string {
  const asText = (value: unknown) =>
    value === null || typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify({
    topic: record.topic ?? `techorda.public.${record.table ?? 'service_report'}`,
    partition: record.partition ?? 0,
    offset: record.offset,
    tstype: 'create',
    ts: 1_767_573_379_928,
    broker: 1,
    key: asText(record.key ?? null),
    payload: asText(record.payload ?? null),
  });
}

export const MAX_EVENT_BYTES = 1024 * 1024;

/** Loads lines into Bronze as a dump file would be. */
export async function loadLines(
  database: Knex,
  lines: readonly (string | Buffer)[],
): Promise<LoadCounts> {
  const dump = lines.map((line) => {
    const content = Buffer.from(line);
    return { content, bytes: content.length };
  });
  return await ingest(database, [dump], { maxEventBytes: MAX_EVENT_BYTES });
}

export const loadRecords = (database: Knex, records: readonly GivenRecord[]) =>
  loadLines(database, records.map(dumpLine));

interface EventOfRow {
  readonly offset: number;
  readonly lsn?: number | null;
  readonly op?: 'c' | 'u' | 'r' | 'd';
  readonly partition?: number;
  readonly table?: string;
}

/** A change event of a row, as the Debezium envelope; a delete has the key alone in `before`. */
export function change(
  row: Readonly<Record<string, unknown>> & { readonly id: number },
  { offset, lsn = offset + 1, op = 'c', ...place }: EventOfRow,
): GivenRecord {
  const before = op === 'd' ? { id: row.id } : null;
  const after = op === 'd' ? null : row;
  const source = {
    ts_ms: 1_767_573_379_428,
    snapshot: lsn === null ? 'incremental' : 'false',
    lsn,
  };
  return { ...place, offset, key: { id: row.id }, payload: { before, after, source, op } };
}

/** A signed report's row; `data` is the form, a value that becomes the text of a jsonb column. */
export function reportRow(
  id: number,
  { data = {}, ...columns }: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> & { readonly id: number } {
  return {
    id,
    created_at: '2025-02-01T00:00:00.000001Z',
    updated_at: '2025-02-01T00:00:00.000001Z',
    year: 2024,
    report_type: 'quarter1',
    data: typeof data === 'string' ? data : JSON.stringify(data),
    signature: null,
    status: 'signed',
    author_id: 7,
    service_request_id: 1,
    viewed: [],
    signed_at: '2025-02-01T10:00:00.5Z',
    version: 'v5',
    ...columns,
  };
}

/** Every table that a refresh writes, by the order that makes two dumps comparable. */
const REFRESHED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(lineage().silver.map(({ table, key }) => [table, key ?? ''])),
  [lineage().defects.table]: 'source_table, key_id, column_name, position',
  ...Object.fromEntries(marts.map((mart) => [mart.table, keyColumns(mart).join(', ')])),
  'gold.rollups': 'mart, keys, year, key_values, measure',
};

function keyColumns({ key, dimensions }: Mart): string[] {
  return key.map((field) => {
    const dimension = dimensions.find((dimension) => dimension.field === field);
    if (dimension === undefined) throw new Error(`${field} is no dimension.`);
    return dimension.column;
  });
}

/** All rows of Silver and Gold, for comparison. */
export async function allRows(database: Knex): Promise<Record<string, unknown[]>> {
  const dump: Record<string, unknown[]> = {};
  for (const [table, order] of Object.entries(REFRESHED)) {
    const { rows } = await database.raw<{ rows: Record<string, unknown>[] }>(
      `select * from ${table} order by ${order}`,
    );
    // When a row changed is no part of what it says.
    dump[table] = rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([column]) => column !== CHANGED_AT)),
    );
  }
  return dump;
}

/** Of a table: what has grown beyond it is truncated, dead rows and all. */
const MAX_DELETED_BYTES = 256 * 1024;

const EMPTIED = [
  ...sourceSystems().tables.map(({ bronzeTable }) => bronzeTable),
  'bronze.quarantine',
  'bronze.connector_records',
  'bronze.demonstration',
  ...Object.keys(REFRESHED),
  'refresh.data_versions',
  'refresh.runs',
];

/**
 * Empties the warehouse, pseudonyms apart: those are permanent. Each truncated table gets new files, and each
 * session then reads its description again, which takes longer than to delete the few rows of most tests.
 */
export async function emptyWarehouse(database: Knex): Promise<void> {
  await database.raw(
    `do $$
     declare
       name text;
     begin
       foreach name in array array['${EMPTIED.join("', '")}'] loop
         if pg_table_size(name::regclass) > ${MAX_DELETED_BYTES} then
           execute 'truncate ' || name;
         else
           execute 'delete from ' || name;
         end if;
       end loop;
       update bronze.progress
       set events = 0, real_events = 0, newest_source_ts = null, newest_real_source_ts = null;
       update refresh.applied set event_no = 0, source_ts = null;
     end $$`,
  );
}
