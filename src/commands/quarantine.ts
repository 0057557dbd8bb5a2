import type { Knex } from 'knex';
import { listQuarantine, replayQuarantine } from '../bronze/replay';
import type { Config } from '../config';
import { requestRefresh } from '../database/refreshQueue';
import { count } from './ingest';
import type { Write } from './keys';

const LISTED = 1_000;

/** `techorda quarantine list`: where each record stood and why it could not be read, not its content. */
export async function printQuarantine(
  database: Knex,
  { json }: { readonly json?: boolean | undefined },
  write: Write,
): Promise<void> {
  const records = await listQuarantine(database, LISTED);
  if (json) return write(`${JSON.stringify(records, null, 2)}\n`);
  if (records.length === 0) return write('Nothing is in quarantine.\n');
  for (const { quarantineId, topic, partition, offset, reasonCode, reason, bytes } of records) {
    const place = topic === null ? 'no coordinates' : `${topic}[${partition}]@${offset}`;
    write(
      `${quarantineId.padStart(6)}  ${reasonCode.padEnd(18)}  ${place}  ${bytes} bytes  ${reason}\n`,
    );
  }
  if (records.length === LISTED) write(`Only the first ${count(LISTED)} are shown.\n`);
}

/** `techorda quarantine replay`: tries again, for instance after a setting or a reading was mended. */
export async function replay(database: Knex, config: Config, write: Write): Promise<void> {
  const { released, kept } = await replayQuarantine(database, config.MAX_EVENT_BYTES);
  if (released > 0) await requestRefresh(database, { reason: 'replay', full: false });
  write(`${count(released)} read and now in Bronze, ${count(kept)} still unreadable.\n`);
}
