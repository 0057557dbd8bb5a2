import { createHash } from 'node:crypto';
import type { Session } from '../../ground/database/session';
import type { Coordinates } from './record/dumpRecord';
import type { Unreadable } from './record/unreadable';

/** A record that could not be read, as it came. */
export interface Rejected {
  readonly line: Buffer;
  /** The record's full size; `line` may hold its beginning alone. */
  readonly bytes: number;
  readonly reason: Unreadable;
  /** Undefined where not even they could be read. */
  readonly coordinates: Coordinates | undefined;
}

function hashOf(line: Buffer): Buffer {
  return createHash('sha256').update(line).digest();
}

/**
 * Puts records into quarantine. The same record is kept once, however often it is loaded. Returns
 * how many were not there before.
 */
export async function quarantine(session: Session, rejected: readonly Rejected[]): Promise<number> {
  if (rejected.length === 0) return 0;
  // One load at a time, lest two with the same broken records wait for each other for ever.
  await session.query('lock table bronze.quarantine in share row exclusive mode');
  const { rowCount } = await session.query(
    `insert into bronze.quarantine
       (record_hash, topic, kafka_partition, kafka_offset, reason_code, reason, record, record_bytes)
     select * from unnest($1::bytea[], $2::text[], $3::int[], $4::bigint[], $5::text[], $6::text[],
                          $7::bytea[], $8::bigint[])
     on conflict (record_hash) do nothing`,
    [
      rejected.map(({ line }) => hashOf(line)),
      rejected.map(({ coordinates }) => coordinates?.topic ?? null),
      rejected.map(({ coordinates }) => coordinates?.partition ?? null),
      rejected.map(({ coordinates }) => coordinates?.offset ?? null),
      rejected.map(({ reason }) => reason.code),
      rejected.map(({ reason }) => reason.message),
      rejected.map(({ line }) => line),
      rejected.map(({ bytes }) => bytes),
    ],
  );
  return rowCount ?? 0;
}
