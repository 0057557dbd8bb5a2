import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Session } from '../../ground/database/session';
import { inTransaction } from '../../ground/database/session';
import { DEMONSTRATION_TOPICS, type SourceTable } from '../systems/sourceTable';
import type { BronzeEvent } from './record/bronzeEvent';
import { contentHash, KEPT_HASH } from './record/contentHash';
import { COPY_COLUMNS, copyLine, readableTime } from './copyText';
import type { DumpRecord } from './record/dumpRecord';
import type { LoadCounts } from './loadCounts';
import { countPassedOver, recordPassedOver, type PassedOver } from './passedOver';
import type { Rejected } from './quarantine';
import { quarantine } from './quarantine';
import { Unreadable } from './record/unreadable';

/** An event together with the line that it was read from. */
export interface ReadLine {
  readonly event: BronzeEvent;
  readonly line: Buffer;
}

export interface Batch {
  readonly read: readonly ReadLine[];
  readonly rejected: readonly Rejected[];
  readonly passedOver: readonly PassedOver[];
}

export interface BatchCounts extends LoadCounts {
  /** Records that could not be taken, whether or not quarantine had them before. */
  readonly rejected: readonly Rejected[];
}

/** Characters of a write to COPY. */
const COPY_CHUNK = 64 * 1024;

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

const byId = (one: SourceTable, other: SourceTable) => (one.id < other.id ? -1 : 1);

/** Offset → hash of the content that Bronze holds there, for those of the lines that it knows. */
async function findKnown(
  session: Session,
  table: SourceTable,
  lines: readonly ReadLine[],
): Promise<Map<number, string>> {
  const [first] = lines;
  if (first === undefined) return new Map();
  const { topic, partition } = first.event.record;
  const offsets = lines.map(({ event }) => event.record.offset);
  const bronze = table.bronzeTable;
  // A load that goes on where the last one ended, which is the usual one, knows nothing yet.
  const newest = await session.query<{ offset: string | null }>(
    `select max(kafka_offset) as offset from ${bronze} where topic = $1 and kafka_partition = $2`,
    [topic, partition],
  );
  const end = Number(newest.rows[0]?.offset ?? -1);
  if (offsets.every((offset) => offset > end)) return new Map();
  const { rows } = await session.query<{ kafka_offset: string; hash: string }>(
    `select kafka_offset, ${KEPT_HASH} as hash from ${bronze}
     where topic = $1 and kafka_partition = $2 and kafka_offset = any($3::bigint[])`,
    [topic, partition, offsets],
  );
  return new Map(rows.map(({ kafka_offset, hash }) => [Number(kafka_offset), hash]));
}

/** Parts the lines of a table into those to add and those whose coordinate holds other content. */
async function partByCoordinate(session: Session, table: SourceTable, lines: readonly ReadLine[]) {
  const added: ReadLine[] = [];
  const changed: Rejected[] = [];
  const partitions = groupBy(
    lines,
    ({ event: { record } }) => `${record.partition} ${record.topic}`,
  );
  for (const group of partitions.values()) {
    const contents = await findKnown(session, table, group);
    const inBatch = new Map<number, DumpRecord>();
    for (const item of group) {
      const { record } = item.event;
      const earlier = inBatch.get(record.offset);
      const known = earlier === undefined ? contents.get(record.offset) : contentHash(earlier);
      if (known === undefined) {
        added.push(item);
        inBatch.set(record.offset, record);
      } else if (known !== contentHash(record)) {
        const reason = new Unreadable(
          'CHANGED_COORDINATE',
          'The topic, partition and offset are known with another content.',
        );
        changed.push({ line: item.line, bytes: item.line.length, reason, coordinates: record });
      }
    }
  }
  return { added, changed };
}

/**
 * Locks the table's progress for the rest of the transaction, so that loads commit one after another
 * and event numbers have no gap that a refresh could pass over. Returns the newest number.
 */
async function lockProgress(session: Session, table: SourceTable): Promise<number> {
  const { rows } = await session.query<{ events: string }>(
    'select events from bronze.progress where table_name = $1 for update',
    [table.id],
  );
  return Number(rows[0]?.events ?? 0);
}

/** The lines in chunks worth a write: all at once would hold a batch twice more. */
function* copyChunks(lines: readonly ReadLine[], newestNo: number): Generator<Buffer> {
  let chunk = '';
  let eventNo = newestNo;
  for (const { event } of lines) {
    eventNo += 1;
    chunk += copyLine(event, eventNo);
    if (chunk.length < COPY_CHUNK) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  yield Buffer.from(chunk);
}

async function copyEvents(
  session: Session,
  table: SourceTable,
  lines: readonly ReadLine[],
  newestNo: number,
): Promise<void> {
  const copy = `copy ${table.bronzeTable} (${COPY_COLUMNS}) from stdin`;
  await pipeline(Readable.from(copyChunks(lines, newestNo)), session.query(copyFrom(copy)));
  const real = lines.filter(({ event }) => !event.record.topic.startsWith(DEMONSTRATION_TOPICS));
  await session.query(
    `update bronze.progress set events = events + $2, real_events = real_events + $3,
       newest_source_ts = greatest(newest_source_ts, $4),
       newest_real_source_ts = greatest(newest_real_source_ts, $5)
     where table_name = $1`,
    [table.id, lines.length, real.length, newestTime(lines), newestTime(real)],
  );
}

function newestTime(lines: readonly ReadLine[]): string | null {
  const times = lines
    .map(({ event }) => readableTime(event.sourceTime))
    .filter((time) => time !== undefined);
  return times.length === 0 ? null : times.reduce((a, b) => (a > b ? a : b));
}

/**
 * Writes a batch in one transaction: new events by COPY, what is known not again, what cannot be
 * read into quarantine, the coordinates of the connector's own on record. A process that is killed leaves whole batches or nothing of them.
 */
export async function loadBatch(session: Session, batch: Batch): Promise<BatchCounts> {
  return await inTransaction(session, 'read committed', async () => {
    let added = 0;
    let known = 0;
    const rejected = [...batch.rejected];
    const tables = groupBy(batch.read, ({ event }) => event.table);
    // Always in the same order, so that two loads never wait for each other.
    for (const table of [...tables.keys()].sort(byId)) {
      const newestNo = await lockProgress(session, table);
      const lines = tables.get(table) ?? [];
      const parted = await partByCoordinate(session, table, lines);
      rejected.push(...parted.changed);
      if (parted.added.length > 0) await copyEvents(session, table, parted.added, newestNo);
      added += parted.added.length;
      known += lines.length - parted.added.length - parted.changed.length;
    }
    const quarantined = await quarantine(session, rejected);
    await recordPassedOver(session, batch.passedOver);
    const connector = countPassedOver(batch.passedOver);
    return { added, known, unreadable: rejected.length, quarantined, connector, rejected };
  });
}
