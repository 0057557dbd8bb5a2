import type { Session } from '../database/session';
import type { SourceTable } from '../database/sourceTables';
import { SOURCE_TABLES } from '../database/sourceTables';
import { definitionOf } from './definition';

/** The events of a table that a refresh applies: those after `from`, up to `to`. */
export interface Pending {
  readonly table: SourceTable;
  readonly from: number;
  readonly to: number;
  readonly sourceTime: string | null;
}

export async function readPending(session: Session): Promise<Pending[]> {
  const { rows } = await session.query<{
    table_name: SourceTable;
    applied: string;
    events: string;
    newest_source_ts: string | null;
  }>(
    `select table_name, applied.event_no as applied, progress.events, progress.newest_source_ts
     from bronze.progress join refresh.applied using (table_name)`,
  );
  return SOURCE_TABLES.flatMap((table) => {
    const row = rows.find(({ table_name }) => table_name === table);
    if (row === undefined) return [];
    const { applied, events, newest_source_ts: sourceTime } = row;
    return [{ table, from: Number(applied), to: Number(events), sourceTime }];
  });
}

/** A truncate concerns every key of its table. */
async function hasTruncate(session: Session, { table, from, to }: Pending): Promise<boolean> {
  const { rows } = await session.query(
    `select from bronze.${table}_cdc where op = 't' and event_no > $1 and event_no <= $2 limit 1`,
    [from, to],
  );
  return rows.length > 0;
}

/** Which keys of a table a refresh reads anew: all of them, or those in `touched_TABLE`. */
export type Extent = 'all' | 'touched';

/**
 * Makes the temporary table `touched_TABLE` with the keys of the pending events and those that
 * `dependents`, a SELECT of keys, adds; or finds that all keys are meant.
 */
export async function readTouchedKeys(
  session: Session,
  pending: Pending,
  full: boolean,
  dependents?: string,
): Promise<Extent> {
  const { table, from, to } = pending;
  if (full || (await hasTruncate(session, pending))) return 'all';
  await session.query(
    `create temporary table touched_${table} on commit drop as
     select key_id from bronze.${table}_cdc
     where event_no > ${from} and event_no <= ${to} and op in ('c', 'u', 'r', 'd')
     ${dependents === undefined ? 'group by key_id' : `union ${dependents}`}`,
  );
  return 'touched';
}

/** Makes `newest_TABLE`: the newest event of each key in question that exists. */
export async function readNewestEvents(
  session: Session,
  table: SourceTable,
  extent: Extent,
  demonstration: boolean,
): Promise<void> {
  const keys =
    extent === 'all' ? 'true' : `key_id = any (array(select key_id from touched_${table}))`;
  const newest = definitionOf('bronze', 'newest_events')
    .replaceAll(':table', table)
    .replaceAll(':demonstration', String(demonstration))
    .replaceAll(':keys', keys);
  await session.query(`create temporary table newest_${table} on commit drop as ${newest}`);
  await session.query(`analyze newest_${table} (key_id, event_no)`);
}
