import type { Knex } from 'knex';
import { connectorText, connectorTotal } from '../warehouse/bronze/connectorCounts';
import { discardQuarantine, type DiscardWish } from '../warehouse/bronze/discard';
import { replayQuarantine } from '../warehouse/bronze/replay';
import type { Config } from '../config/config';
import { requestRefresh } from '../ground/database/queue/refreshQueue';
import {
  readDiscarded,
  readQuarantine,
  summarizeQuarantine,
  type DiscardedRecord,
  type QuarantinedRecord,
  type QuarantineReason,
} from '../api/query/records/quarantine';
import { isoMoment } from '../ground/types/dateTime';
import { count, oneLine, type Write } from './telling/writing';

const LISTED = 1_000;

interface ListOptions {
  readonly json?: boolean | undefined;
  readonly discarded?: boolean | undefined;
}

/**
 * `techorda quarantine list`: how many records wait for which reason, then which record it is and why it
 * could not be read, not its content.
 */
export async function printQuarantine(
  database: Knex,
  { json, discarded = false }: ListOptions,
  write: Write,
): Promise<void> {
  const summary = await summarizeQuarantine(database, { discarded });
  const records = discarded
    ? await readDiscarded(database, LISTED)
    : await readQuarantine(database, null, LISTED);
  if (json) {
    const told = records.map(({ id, ...record }) => ({ quarantineId: id, ...record }));
    return write(`${JSON.stringify({ summary, records: told }, null, 2)}\n`);
  }
  if (records.length === 0) {
    return write(discarded ? 'Nothing was discarded.\n' : 'Nothing is in quarantine.\n');
  }
  const all = summary.reduce((sum, reason) => sum + reason.records, 0);
  write(
    discarded
      ? `${count(all)} discarded, by reason:\n`
      : `${count(all)} in quarantine, by reason:\n`,
  );
  for (const reason of summary) write(summaryLine(reason));
  write('\n');
  for (const record of records) {
    write(lineOf(record));
    if (isDiscarded(record)) write(discardOf(record));
  }
  if (all > records.length) write(`Only the first ${count(LISTED)} are shown.\n`);
}

function summaryLine({ reasonCode, records, firstAt, lastAt, example }: QuarantineReason): string {
  const times = [...new Set([isoMoment(firstAt), isoMoment(lastAt)])].join(' to ');
  return `${count(records).padStart(8)}  ${reasonCode.padEnd(18)}  ${times}  such as ${example.id}: ${example.reason}\n`;
}

function discardOf({ discardedBy, discardedAt, why }: DiscardedRecord): string {
  return `        discarded by ${oneLine(discardedBy)} at ${isoMoment(discardedAt)}: ${oneLine(why)}\n`;
}

function isDiscarded(record: QuarantinedRecord): record is DiscardedRecord {
  return 'discardedAt' in record;
}

function lineOf({ id, topic, partition, offset, reasonCode, reason, bytes }: QuarantinedRecord) {
  const place = topic === null ? 'no coordinates' : `${topic}[${partition}]@${offset}`;
  return `${id.padStart(6)}  ${reasonCode.padEnd(18)}  ${place}  ${bytes} bytes  ${reason}\n`;
}

/** `techorda quarantine replay`: tries again, for instance after a setting or a reading was mended. */
export async function replay(
  database: Knex,
  config: Config,
  { discarded }: { readonly discarded?: boolean | undefined },
  write: Write,
): Promise<void> {
  const { released, connector, kept } = await replayQuarantine(database, config.MAX_EVENT_BYTES, {
    discardedToo: discarded === true,
  });
  if (released > 0) await requestRefresh(database, { reason: 'replay', full: false });
  const passedOver =
    connectorTotal(connector) > 0 ? `${connectorText(connector)} passed over, ` : '';
  write(
    `${count(released)} read and now in Bronze, ${passedOver}${count(kept)} still unreadable.\n`,
  );
}

/** `techorda quarantine discard`: junk waits no more, and stays on record. Throws DiscardRefused. */
export async function discard(database: Knex, wish: DiscardWish, write: Write): Promise<void> {
  const discarded = await discardQuarantine(database, wish);
  write(`${count(discarded)} discarded, and kept: techorda quarantine list --discarded.\n`);
}
