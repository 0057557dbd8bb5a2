import type { Knex } from 'knex';
import { ingest } from '../src/warehouse/bronze/ingest';

interface NewestReport {
  readonly topic: string;
  readonly kafka_partition: number;
  readonly key_id: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Loads updates of so many signed reports, each with another income: what an hour of a day brings. */
export async function changeReports(database: Knex, howMany: number, round: number): Promise<void> {
  const { rows } = await database.raw<{ rows: NewestReport[] }>(
    `select distinct on (key_id) topic, kafka_partition, key_id, payload::json #> row_path as row
     from bronze.service_report_cdc
     where unavailable is null and op in ('c', 'u', 'r') and key_id in (
       select report_id from silver.service_report_v2 where status = 'signed'
       order by md5(report_id::text || ?) limit ?)
     order by key_id, lsn desc nulls last`,
    [String(round), howMany],
  );
  const { rows: ends } = await database.raw<{
    rows: { kafka_partition: number; end: string; lsn: string }[];
  }>(
    `select kafka_partition, max(kafka_offset) as end, (select max(lsn) from bronze.service_report_cdc) as lsn
     from bronze.service_report_cdc group by kafka_partition`,
  );
  const next = new Map(ends.map(({ kafka_partition, end }) => [kafka_partition, Number(end) + 1]));
  const lsn = Number(ends[0]?.lsn ?? 0);
  const lines = rows.map(({ topic, kafka_partition: partition, key_id: id, row }, index) => {
    const offset = next.get(partition) ?? 0;
    next.set(partition, offset + 1);
    const form = JSON.parse(String(row['data'])) as Record<string, unknown>;
    const after = {
      ...row,
      data: JSON.stringify({ ...form, income_total: round * 1_000 + index }),
    };
    const source = { lsn: lsn + 1 + index, ts_ms: Date.now() };
    const payload = JSON.stringify({ before: null, after, source, op: 'u' });
    const record = {
      topic,
      partition,
      offset,
      ts: Date.now(),
      key: JSON.stringify({ id }),
      payload,
    };
    const content = Buffer.from(JSON.stringify(record));
    return { content, bytes: content.length };
  });
  await ingest(database, [lines], { maxEventBytes: 16 * 1024 * 1024 });
}
