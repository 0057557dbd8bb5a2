import type { BronzeEvent } from './record/bronzeEvent';

/** The columns of a Bronze table in the order in which {@link copyLine} writes them. */
export const COPY_COLUMNS =
  'topic, kafka_partition, kafka_offset, event_no, op, key_id, lsn, source_ts, recorded_at, ' +
  'row_path, unavailable, record_key, payload';

const YEAR_2000 = 946_684_800_000;
const YEAR_10000 = 253_402_300_800_000;
const NULL = '\\N';

/** Escapes a text for `COPY … FROM STDIN` in text format, in which a backslash is special. */
function escape(text: string): string {
  const doubled = text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
  if (!/[\n\r\t]/.test(doubled)) return doubled;
  return doubled.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}

function orNull(value: string | number | undefined | null): string {
  return value === undefined || value === null ? NULL : escape(String(value));
}

/** A time that a source's clock could show; anything else is a broken clock and no time. */
export function readableTime(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined) return undefined;
  if (!(milliseconds >= YEAR_2000 && milliseconds < YEAR_10000)) return undefined;
  return new Date(milliseconds).toISOString();
}

function array(texts: readonly string[] | undefined): string | undefined {
  if (texts === undefined) return undefined;
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

/** One event as a line of `COPY … FROM STDIN`. */
export function copyLine(event: BronzeEvent, eventNo: number): string {
  const { record } = event;
  return (
    [
      escape(record.topic),
      record.partition,
      record.offset,
      eventNo,
      orNull(event.op),
      orNull(event.keyId),
      orNull(event.lsn),
      orNull(readableTime(event.sourceTime)),
      orNull(readableTime(record.timestamp)),
      orNull(array(event.rowPath)),
      orNull(array(event.unavailable)),
      orNull(record.key),
      orNull(record.payload),
    ].join('\t') + '\n'
  );
}
