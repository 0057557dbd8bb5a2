import type { Knex } from 'knex';
import type { DumpLine } from '../../warehouse/bronze/dump/dumpLines';
import { ingest } from '../../warehouse/bronze/ingest';
import type { LoadCounts } from '../../warehouse/bronze/loadCounts';
import { dumpLine, generateEvents } from '../../demo/generateEvents';
import { whileLocked } from '../../ground/database/locking/locks';

/** Lines are handed over in lots, as they would come from a file. */
const LOT = 1_000;
/** The generator's own records are all far smaller. */
const MAX_EVENT_BYTES = 1024 * 1024;

export function* demonstrationLines(scale: number): Generator<DumpLine[]> {
  let lot: DumpLine[] = [];
  for (const record of generateEvents({ scale })) {
    const content = Buffer.from(dumpLine(record));
    lot.push({ content, bytes: content.length });
    if (lot.length === LOT) {
      yield lot;
      lot = [];
    }
  }
  yield lot;
}

/**
 * Whether Bronze is empty, or holds the beginning of a filling that was cut short. A version that was
 * published before it began has no event, and so no time at the source.
 */
export async function lacksDemonstration(database: Knex): Promise<boolean> {
  const { rows } = await database.raw<{ rows: { lacks: boolean }[] }>(
    `select sum(real_events) = 0
       and (sum(events) = 0
         or not exists (select from refresh.data_versions where source_time is not null)) as lacks
     from bronze.progress`,
  );
  return rows[0]?.lacks === true;
}

export interface Filled {
  readonly counts: LoadCounts;
  /** Says so where the data go on at another scale than the one that was asked for. */
  readonly otherScale?: string;
}

const otherScale = (begun: number) =>
  `The demonstration data of this database began at scale ${begun}, and are of that scale now; ` +
  `another scale needs another database.`;

/**
 * Fills Bronze with demonstration data, the way that any dump goes. A filling that was cut short
 * goes on, at the scale that it began with.
 */
export async function fillDemonstration(
  database: Knex,
  scale: number,
  onProgress: (counts: LoadCounts, scale: number) => void,
): Promise<Filled> {
  return await whileLocked(database, 'demonstration', async () => {
    await database.raw(
      'insert into bronze.demonstration (scale) values (?) on conflict do nothing',
      [scale],
    );
    const { rows } = await database.raw<{ rows: { scale: string }[] }>(
      'select scale from bronze.demonstration',
    );
    const begun = Number(rows[0]?.scale ?? scale);
    const counts = await ingest(database, demonstrationLines(begun), {
      maxEventBytes: MAX_EVENT_BYTES,
      onProgress: (so_far) => onProgress(so_far, begun),
    });
    return { counts, ...(begun !== scale && { otherScale: otherScale(begun) }) };
  });
}

/** Throws where there are real data: demonstration data would be loaded and never be shown. */
export async function refuseBesideRealData(database: Knex): Promise<void> {
  const { rows } = await database.raw<{ rows: { real: boolean }[] }>(
    'select sum(real_events) > 0 as real from bronze.progress',
  );
  if (rows[0]?.real !== true) return;
  throw new Error(
    'This database holds real data, beside which demonstration data would never be shown: nothing was loaded. ' +
      'Write them as a dump with --out FILE, or load them into another database.',
  );
}
