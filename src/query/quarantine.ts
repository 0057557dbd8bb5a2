import type { Knex } from 'knex';
import { nothing, rowsOf, sql } from '../database/sql';

/** A record that waits in quarantine, without its content. */
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

/** The oldest record first, of those that came after one. */
export function readQuarantine(
  database: Knex,
  afterId: string | null,
  most: number,
): Promise<QuarantinedRecord[]> {
  const newer = afterId === null ? nothing : sql`where quarantine_id > ${afterId}::bigint`;
  return rowsOf<QuarantinedRecord>(
    database,
    sql`select quarantine_id as id, topic, kafka_partition as partition, kafka_offset as "offset",
        reason_code as "reasonCode", reason, record_bytes as bytes, quarantined_at as "quarantinedAt"
      from refresh.quarantined_records ${newer} order by quarantine_id limit ${most}`,
  );
}

export async function countQuarantine(database: Knex): Promise<number> {
  const [answer] = await rowsOf<{ records: number }>(
    database,
    sql`select coalesce(sum(waiting), 0)::integer as records from refresh.quarantined`,
  );
  return answer?.records ?? 0;
}
