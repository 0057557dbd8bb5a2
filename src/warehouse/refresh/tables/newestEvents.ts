import type { Session } from '../../../ground/database/session';
import { sourceSystems } from '../../systems/declaredSystems';
import type { SourceTable } from '../../systems/sourceTable';
import { definitionOf } from './definition';
import { temporary } from './temporaryTables';

/** The events of a table that a refresh applies: those after `from`, up to `to`. */
export interface Pending {
  readonly table: SourceTable;
  readonly from: number;
  readonly to: number;
  /** The newest source time among all events up to `to` that rows are made from. */
  readonly sourceTime: string | null;
  /** Rows come from demonstration data, or else from real ones: never from both. */
  readonly demonstration: boolean;
}

/** What is pending of each table; `demonstrating` are the systems whose rows come from demonstration data. */
export async function readPending(
  session: Session,
  demonstrating: readonly string[],
): Promise<Pending[]> {
  const { rows } = await session.query<{
    table_name: string;
    applied: string;
    events: string;
    source_time: string | null;
    real_source_time: string | null;
  }>(
    `select table_name, applied.event_no as applied, progress.events,
       progress.newest_source_ts as source_time, progress.newest_real_source_ts as real_source_time
     from bronze.progress join refresh.applied using (table_name)`,
  );
  return sourceSystems().tables.flatMap((table) => {
    const row = rows.find(({ table_name }) => table_name === table.id);
    if (row === undefined) return [];
    const { applied, events } = row;
    const demonstration = demonstrating.includes(table.system);
    const sourceTime = demonstration ? row.source_time : row.real_source_time;
    return [{ table, from: Number(applied), to: Number(events), sourceTime, demonstration }];
  });
}

/**
 * A truncate concerns every key of its table. So does an event at a lower offset than a truncate that
 * has no position of its own: it may move the truncate.
 */
async function hasTruncate(session: Session, { table, from, to }: Pending): Promise<boolean> {
  const bronze = table.bronzeTable;
  const { rows } = await session.query(
    `select from ${bronze} truncate
     where op = 't' and event_no <= $2 and (
       event_no > $1
       or lsn is null and exists (
         select from ${bronze} pending
         where pending.event_no > $1 and pending.event_no <= $2
           and pending.topic = truncate.topic
           and pending.kafka_partition = truncate.kafka_partition
           and pending.kafka_offset < truncate.kafka_offset
       )
     )
     limit 1`,
    [from, to],
  );
  return rows.length > 0;
}

/** Which keys of a table a refresh reads again: all of them, or those in the temporary table `touched`. */
export type Extent = 'all' | 'touched';

/**
 * Makes the temporary table `touched` with the keys of the pending events and those that
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
    `create temporary table ${temporary.touched(table)} on commit drop as
     select key_id from ${table.bronzeTable}
     where event_no > ${from} and event_no <= ${to} and op in ('c', 'u', 'r', 'd')
     ${dependents === undefined ? 'group by key_id' : `union ${dependents}`}`,
  );
  return 'touched';
}

/** Beyond so many new events, or such a share of those before, the planner's statistics are no longer true. */
const MANY_EVENTS = 5_000;
const LARGE_SHARE = 0.1;

/** Autovacuum would see to it, but a minute too late for the first refresh after a large load. */
export async function analyzeEvents(session: Session, pending: readonly Pending[]): Promise<void> {
  for (const { table, from, to } of pending) {
    if (to - from <= Math.min(MANY_EVENTS, from * LARGE_SHARE)) continue;
    await session.query(
      `analyze ${table.bronzeTable} (topic, kafka_partition, event_no, key_id, op, lsn)`,
    );
  }
}

/** The SELECT of the newest event of each key that exists, among the keys that `keys`, a condition, names. */
export function newestEventsOf(
  { table, demonstration }: Pick<Pending, 'table' | 'demonstration'>,
  keys: string,
): string {
  return definitionOf('bronze/newest_events')
    .replaceAll(':bronze_table', table.bronzeTable)
    .replaceAll(':texts', `{${table.texts.join(',')}}`)
    .replaceAll(':demonstration', String(demonstration))
    .replaceAll(':keys', keys);
}

/** Makes the table `newest`: the newest event of each key in question that exists. */
export async function readNewestEvents(
  session: Session,
  pending: Pending,
  extent: Extent,
): Promise<void> {
  const { table } = pending;
  const keys =
    extent === 'all'
      ? 'true'
      : `key_id = any (array(select key_id from ${temporary.touched(table)}))`;
  const newest = newestEventsOf(pending, keys);
  // Over all keys a nested loop is never right, and one wrong guess would make it quadratic.
  await session.query("select set_config('enable_nestloop', $1, true)", [
    extent === 'all' ? 'off' : 'on',
  ]);
  // Of all keys, an ordinary table that is dropped again below: workers of a parallel plan cannot read
  // temporary ones. It is never seen by others, since it lives and dies within the transaction.
  const kind =
    extent === 'all'
      ? `unlogged table refresh.${temporary.newest(table)}`
      : `temporary table ${temporary.newest(table)} on commit drop`;
  await session.query(`create ${kind} as ${newest}`);
  await session.query("select set_config('enable_nestloop', 'on', true)");
  await session.query(`analyze ${temporary.newest(table)} (key_id, event_no)`);
}

export async function dropNewestEvents(
  session: Session,
  table: SourceTable,
  extent: Extent,
): Promise<void> {
  if (extent === 'all') await session.query(`drop table refresh.${temporary.newest(table)}`);
}
