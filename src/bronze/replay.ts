import type { Knex } from 'knex';
import { withSession } from '../database/session';
import { readLine } from './ingest';
import { loadBatch } from './loadBatch';

/** A record in quarantine, without its content: that may hold personal data. */
export interface QuarantinedRecord {
  readonly quarantineId: string;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly offset: string | null;
  readonly reasonCode: string;
  readonly reason: string;
  readonly bytes: string;
  readonly quarantinedAt: string;
}

/** What waits in quarantine, oldest first. */
export async function listQuarantine(database: Knex, limit: number): Promise<QuarantinedRecord[]> {
  return await database('bronze.quarantine')
    .whereNull('replayed_at')
    .orderBy('quarantine_id')
    .limit(limit)
    .select<QuarantinedRecord[]>({
      quarantineId: 'quarantine_id',
      topic: 'topic',
      partition: 'kafka_partition',
      offset: 'kafka_offset',
      reasonCode: 'reason_code',
      reason: 'reason',
      bytes: 'record_bytes',
      quarantinedAt: 'quarantined_at',
    });
}

export interface ReplayCounts {
  /** Read now, and in Bronze. */
  readonly released: number;
  /** Still unreadable, and in quarantine as before. */
  readonly kept: number;
}

interface WaitingRecord {
  readonly quarantine_id: string;
  readonly record: Buffer;
  readonly record_bytes: string;
}

const PAGE = 100;

async function waitingAfter(database: Knex, id: string): Promise<WaitingRecord[]> {
  return await database('bronze.quarantine')
    .whereNull('replayed_at')
    .andWhere('quarantine_id', '>', id)
    .orderBy('quarantine_id')
    .limit(PAGE)
    .select<WaitingRecord[]>('quarantine_id', 'record', 'record_bytes');
}

/** Each record by itself: they are few, and one must not hold up another. Returns whether it left. */
async function replay(
  database: Knex,
  waiting: WaitingRecord,
  maxEventBytes: number,
): Promise<boolean> {
  const line = { content: waiting.record, bytes: Number(waiting.record_bytes) };
  const outcome = readLine(line, maxEventBytes);
  const row = () => database('bronze.quarantine').where({ quarantine_id: waiting.quarantine_id });
  await row().increment('replay_attempts', 1);
  if ('reason' in outcome) {
    const { code, message } = outcome.reason;
    await row().update({ reason_code: code, reason: message });
    return false;
  }
  const { rejected } = await withSession(database, (session) =>
    loadBatch(session, { read: [outcome], rejected: [] }),
  );
  // Rejected here means another content at its coordinate: the record stays where it is.
  if (rejected > 0) return false;
  await row().update({ replayed_at: database.fn.now() });
  return true;
}

/** Reads the waiting records again: those that can be read by now go into Bronze. */
export async function replayQuarantine(
  database: Knex,
  maxEventBytes: number,
): Promise<ReplayCounts> {
  let released = 0;
  let kept = 0;
  let last = '0';
  for (;;) {
    const records = await waitingAfter(database, last);
    for (const record of records) {
      last = record.quarantine_id;
      if (await replay(database, record, maxEventBytes)) released += 1;
      else kept += 1;
    }
    if (records.length < PAGE) return { released, kept };
  }
}
