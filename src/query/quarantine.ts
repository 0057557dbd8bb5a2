import type { Knex } from 'knex';
import { nothing, rowsOf, sql } from '../database/sql';
import { BadInput, shown } from './badInput';
import { MOST_ROWS } from './window';

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

export interface QuarantinePage {
  readonly records: readonly QuarantinedRecord[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

const USUAL_RECORDS = 20;

/** The oldest record first. */
export async function readQuarantine(
  database: Knex,
  first: number | null,
  after: string | null,
): Promise<QuarantinePage> {
  const size = first ?? USUAL_RECORDS;
  if (size < 0 || size > MOST_ROWS) {
    throw new BadInput(
      `first is ${shown(first)}; expected a whole number from 0 to ${String(MOST_ROWS)}.`,
    );
  }
  const last = after === null ? null : recordOf(after);
  const newer = last === null ? nothing : sql`where quarantine_id > ${last}::bigint`;
  const found = await rowsOf<QuarantinedRecord>(
    database,
    sql`select quarantine_id as id, topic, kafka_partition as partition, kafka_offset as "offset",
        reason_code as "reasonCode", reason, record_bytes as bytes, quarantined_at as "quarantinedAt"
      from refresh.quarantined_records ${newer} order by quarantine_id limit ${size + 1}`,
  );
  return {
    records: found.slice(0, size),
    hasNextPage: found.length > size,
    hasPreviousPage: last !== null,
  };
}

export async function countQuarantine(database: Knex): Promise<number> {
  const [answer] = await rowsOf<{ records: number }>(
    database,
    sql`select coalesce(sum(waiting), 0)::integer as records from refresh.quarantined`,
  );
  return answer?.records ?? 0;
}

export function recordCursor({ id }: QuarantinedRecord): string {
  return Buffer.from(`record:${id}`).toString('base64url');
}

function recordOf(cursor: string): string {
  const [, id] =
    /^record:(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (id === undefined) {
    throw new BadInput('after is not a cursor; expected one that an answer gave.');
  }
  return id;
}
