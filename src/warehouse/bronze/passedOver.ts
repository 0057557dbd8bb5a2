import type { Session } from '../../ground/database/session';
import type { ConnectorCounts } from './connectorCounts';
import type { ConnectorRecord } from './record/connectorRecord';
import type { Coordinates } from './record/dumpRecord';

/** A record that holds no change: the connector wrote it for itself. */
export interface PassedOver {
  readonly connectorRecord: ConnectorRecord;
  readonly coordinates: Coordinates;
}

export function countPassedOver(records: readonly PassedOver[]): ConnectorCounts {
  const counts: Partial<Record<ConnectorRecord, number>> = {};
  for (const { connectorRecord } of records) {
    counts[connectorRecord] = (counts[connectorRecord] ?? 0) + 1;
  }
  return counts;
}

/** Puts their coordinates on record, so that each is counted once, however often it is loaded. */
export async function recordPassedOver(
  session: Session,
  records: readonly PassedOver[],
): Promise<void> {
  if (records.length === 0) return;
  // Always in the same order, so that two loads never wait for each other.
  await session.query(
    `insert into bronze.connector_records as known (topic, kafka_partition, block, kind, kafka_offsets)
     select topic, kafka_partition, kafka_offset / 65536, kind,
       range_agg(int8range(kafka_offset, kafka_offset + 1))
     from unnest($1::text[], $2::int[], $3::bigint[], $4::text[])
       as each (topic, kafka_partition, kafka_offset, kind)
     group by 1, 2, 3, 4 order by 1, 2, 3, 4
     on conflict (topic, kafka_partition, block, kind)
     do update set kafka_offsets = known.kafka_offsets + excluded.kafka_offsets
     where not known.kafka_offsets @> excluded.kafka_offsets`,
    [
      records.map(({ coordinates }) => coordinates.topic),
      records.map(({ coordinates }) => coordinates.partition),
      records.map(({ coordinates }) => coordinates.offset),
      records.map(({ connectorRecord }) => connectorRecord),
    ],
  );
}
