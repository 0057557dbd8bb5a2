import type { Knex } from 'knex';
import { withSession } from '../../ground/database/session';
import { addConnectorCounts, type ConnectorCounts } from './connectorCounts';
import type { ConnectorRecord } from './record/connectorRecord';
import { sourceSystems } from '../systems/declaredSystems';
import { readLine } from './ingest';
import { loadBatch } from './loadBatch';
import type { Unreadable } from './record/unreadable';

export interface ReplayCounts {
  /** Read now, and in Bronze. */
  readonly released: number;
  /** The connector's own by kind, which hold no change and wait no more. */
  readonly connector: ConnectorCounts;
  /** Still unreadable, and in quarantine as before. */
  readonly kept: number;
}

interface WaitingRecord {
  readonly quarantine_id: string;
  readonly topic: string | null;
  readonly kafka_partition: number | null;
  readonly kafka_offset: string | null;
  readonly record: Buffer;
  readonly record_bytes: string;
}

const PAGE = 100;

/** Those that were discarded wait no more, but can be tried all the same. */
async function waitingAfter(
  database: Knex,
  id: string,
  discardedToo: boolean,
): Promise<WaitingRecord[]> {
  const unread = database('bronze.quarantine').whereNull('replayed_at');
  return await (discardedToo ? unread : unread.whereNull('discarded_at'))
    .andWhere('quarantine_id', '>', id)
    .orderBy('quarantine_id')
    .limit(PAGE)
    .select<WaitingRecord[]>(
      'quarantine_id',
      'topic',
      'kafka_partition',
      'kafka_offset',
      'record',
      'record_bytes',
    );
}

/** Of a very large record the beginning alone was kept; its dump may have been loaded again since. */
async function wasLoadedSince(database: Knex, waiting: WaitingRecord): Promise<boolean> {
  const table = sourceSystems().tableOfTopic(waiting.topic ?? '');
  if (table === undefined || waiting.record.length === Number(waiting.record_bytes)) return false;
  const { topic, kafka_partition, kafka_offset } = waiting;
  const found = await database(table.bronzeTable)
    .where({ topic, kafka_partition, kafka_offset })
    .first<{ event_no: string } | undefined>('event_no');
  return found !== undefined;
}

/** Why the record stays in quarantine, or where it belongs instead. */
async function load(
  database: Knex,
  waiting: WaitingRecord,
  maxEventBytes: number,
): Promise<Unreadable | ConnectorRecord | 'released'> {
  const line = { content: waiting.record, bytes: Number(waiting.record_bytes) };
  const outcome = readLine(line, maxEventBytes);
  if ('reason' in outcome) {
    return (await wasLoadedSince(database, waiting)) ? 'released' : outcome.reason;
  }
  const own = 'connectorRecord' in outcome;
  const batch = { read: own ? [] : [outcome], rejected: [], passedOver: own ? [outcome] : [] };
  const { rejected } = await withSession(database, (session) => loadBatch(session, batch));
  return rejected[0]?.reason ?? (own ? outcome.connectorRecord : 'released');
}

/** Each record by itself: they are few, and one must not hold up another. Returns what became of it. */
async function replay(
  database: Knex,
  waiting: WaitingRecord,
  maxEventBytes: number,
): Promise<ConnectorRecord | 'released' | 'kept'> {
  const outcome = await load(database, waiting, maxEventBytes);
  await database('bronze.quarantine')
    .where({ quarantine_id: waiting.quarantine_id })
    .increment('replay_attempts', 1)
    .update(
      typeof outcome === 'string'
        ? { replayed_at: database.fn.now() }
        : { reason_code: outcome.code, reason: outcome.message },
    );
  return typeof outcome === 'string' ? outcome : 'kept';
}

/** Reads the waiting records again: those that can be read by now go into Bronze. */
export async function replayQuarantine(
  database: Knex,
  maxEventBytes: number,
  { discardedToo = false }: { readonly discardedToo?: boolean } = {},
): Promise<ReplayCounts> {
  const counts = { released: 0, kept: 0 };
  let connector: ConnectorCounts = {};
  let last = '0';
  for (;;) {
    const records = await waitingAfter(database, last, discardedToo);
    for (const record of records) {
      last = record.quarantine_id;
      const outcome = await replay(database, record, maxEventBytes);
      if (outcome === 'released' || outcome === 'kept') counts[outcome] += 1;
      else connector = addConnectorCounts(connector, { [outcome]: 1 });
    }
    if (records.length < PAGE) return { ...counts, connector };
  }
}
