import type { Knex } from 'knex';
import { nothing, rowsOf, sql } from '../../../ground/database/sql';

/** A record that waits in quarantine, without its content: that may hold personal data. */
export interface QuarantinedRecord {
  readonly id: string;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly offset: string | null;
  readonly reasonCode: string;
  readonly reason: string;
  readonly bytes: string;
  readonly quarantinedAt: string;
}

const RECORD = sql`quarantine_id as id, topic, kafka_partition as partition, kafka_offset as "offset",
  reason_code as "reasonCode", reason, record_bytes as bytes, quarantined_at as "quarantinedAt"`;

/** The oldest record first, of those that came after one. */
export function readQuarantine(
  database: Knex,
  afterId: string | null,
  most: number,
): Promise<QuarantinedRecord[]> {
  const newer = afterId === null ? nothing : sql`where quarantine_id > ${afterId}::bigint`;
  return rowsOf<QuarantinedRecord>(
    database,
    sql`select ${RECORD}
      from refresh.quarantined_records ${newer} order by quarantine_id limit ${most}`,
  );
}

export interface DiscardedRecord extends QuarantinedRecord {
  readonly discardedAt: string;
  readonly discardedBy: string;
  readonly why: string;
}

/** What was discarded from quarantine and is kept, the oldest first. */
export function readDiscarded(database: Knex, most: number): Promise<DiscardedRecord[]> {
  return rowsOf<DiscardedRecord>(
    database,
    sql`select ${RECORD}, discarded_at as "discardedAt", discarded_by as "discardedBy", discarded_why as why
      from refresh.discarded_records order by quarantine_id limit ${most}`,
  );
}

/** The records of one reason. The example is the oldest of them. */
export interface QuarantineReason {
  readonly reasonCode: string;
  readonly records: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly example: Pick<QuarantinedRecord, 'id' | 'topic' | 'partition' | 'offset' | 'reason'>;
}

/** What waits in quarantine, or was discarded from it, by reason: the most frequent first. */
export function summarizeQuarantine(
  database: Knex,
  { discarded }: { readonly discarded: boolean },
): Promise<QuarantineReason[]> {
  const records = discarded ? sql`refresh.discarded_records` : sql`refresh.quarantined_records`;
  return rowsOf<QuarantineReason>(
    database,
    sql`with reasons as (
        select reason_code, count(*)::integer as records, min(quarantine_id) as oldest,
          min(quarantined_at) as "firstAt", max(quarantined_at) as "lastAt"
        from ${records} group by reason_code
      )
      select reason_code as "reasonCode", records, "firstAt", "lastAt",
        json_build_object(
          'id', oldest::text, 'topic', topic, 'partition', kafka_partition,
          'offset', kafka_offset::text, 'reason', reason
        ) as example
      from reasons join ${records} as record using (reason_code)
      where record.quarantine_id = oldest
      order by records desc, reason_code`,
  );
}

export async function countQuarantine(database: Knex): Promise<number> {
  const [answer] = await rowsOf<{ records: number }>(
    database,
    sql`select coalesce(sum(waiting), 0)::integer as records from refresh.quarantined`,
  );
  return answer?.records ?? 0;
}
