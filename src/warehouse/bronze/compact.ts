import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { whileLockedOr } from '../../ground/database/locking/locks';
import { inTransaction, withSession, type Session } from '../../ground/database/session';
import { projectFolder } from '../../ground/projectFolder';
import { sourceSystems } from '../systems/declaredSystems';
import type { SourceTable } from '../systems/sourceTable';
import { CONTENT_HASH } from './record/contentHash';
import type { RowKey } from './record/rowKey';

/** A transaction's worth of keys. */
const BATCH_KEYS = 1_000;

export interface CompactOptions {
  /** Keys with an event from then or later are left alone. */
  readonly before: Date;
  /** Only count. */
  readonly dryRun?: boolean;
  readonly batchKeys?: number;
  /** Hears after each batch what was folded of a table so far. */
  readonly onProgress?: (table: SourceTable, folded: Folded) => void;
}

/** What was folded of a table. */
export interface Folded {
  readonly events: number;
  /** What their contents took, as PostgreSQL had stored them. */
  readonly bytes: number;
}

export class CompactionRuns extends Error {
  override readonly name = 'CompactionRuns';
}

const FOLDABLE = readFileSync(
  join(projectFolder, 'sql', 'compaction', 'foldable_events.sql'),
  'utf8',
);

interface Batch extends Folded {
  /** Null where there are no more keys. */
  readonly lastKey: RowKey | null;
}

function foldableOf(table: SourceTable, after: RowKey | undefined): string {
  return FOLDABLE.replaceAll(':bronze_table', table.bronzeTable)
    .replaceAll(':table', table.id)
    .replaceAll(':later_keys', after === undefined ? '$1::text is null' : 'key_id > $1');
}

/** In one transaction, so that a process that is killed leaves whole batches, and the next run the rest. */
async function foldBatch(
  session: Session,
  table: SourceTable,
  after: RowKey | undefined,
  { before, dryRun = false, batchKeys = BATCH_KEYS }: CompactOptions,
): Promise<Batch> {
  return await inTransaction(session, 'read committed', async () => {
    const { rows } = await session.query<{
      last_key: RowKey | null;
      event_no: string | null;
      bytes: number | null;
    }>(foldableOf(table, after), [after ?? null, batchKeys, before.toISOString()]);
    const found = rows.filter(({ event_no }) => event_no !== null);
    if (!dryRun && found.length > 0) {
      await session.query(
        `update ${table.bronzeTable} set content_hash = ${CONTENT_HASH}::uuid, payload = null, record_key = null
         where event_no = any ($1::bigint[]) and payload is not null`,
        [found.map(({ event_no }) => event_no)],
      );
    }
    const bytes = found.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    return { lastKey: rows[0]?.last_key ?? null, events: found.length, bytes };
  });
}

async function foldTable(
  session: Session,
  table: SourceTable,
  options: CompactOptions,
): Promise<Folded> {
  let folded: Folded = { events: 0, bytes: 0 };
  let after: RowKey | undefined;
  for (;;) {
    const { lastKey, events, bytes } = await foldBatch(session, table, after, options);
    if (lastKey === null) return folded;
    folded = { events: folded.events + events, bytes: folded.bytes + bytes };
    options.onProgress?.(table, folded);
    after = lastKey;
  }
}

/**
 * Takes the content away from events that no row will be read from again: superseded ones of keys that
 * have settled. Their coordinates, their order and a hash of their content stay, so that loads and
 * refreshes go as before. Runs beside both; what was interrupted is gone on with by the next run.
 */
export async function compact(
  database: Knex,
  options: CompactOptions,
): Promise<ReadonlyMap<SourceTable, Folded>> {
  const refuse = () => {
    throw new CompactionRuns('Another compaction is under way; expected it to end first.');
  };
  return await whileLockedOr(database, 'compaction', refuse, () =>
    withSession(database, async (session) => {
      const folded = new Map<SourceTable, Folded>();
      for (const table of sourceSystems().tables) {
        const ofTable = await foldTable(session, table, options);
        folded.set(table, ofTable);
        // What was taken away is given back to the table now, and not whenever autovacuum comes by.
        if (ofTable.events > 0 && options.dryRun !== true) {
          await session.query(`vacuum ${table.bronzeTable}`);
        }
      }
      return folded;
    }),
  );
}
