import type { Knex } from 'knex';
import { compact } from '../warehouse/bronze/compact';
import { progressLine } from './telling/progressLine';
import { count, type Write } from './telling/writing';

const DAY = 86_400_000;

export interface CompactWish {
  /** Keys with an event of the last so many days are left alone. */
  readonly days: number;
  readonly dryRun: boolean;
}

const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`;

/** `techorda compact`: takes the content away from superseded events, and says what that frees. */
export async function printCompaction(
  database: Knex,
  { days, dryRun }: CompactWish,
  write: Write,
): Promise<void> {
  const before = new Date(Date.now() - days * DAY);
  const line = progressLine('Folding', undefined);
  const folded = await compact(database, {
    before,
    dryRun,
    onProgress: (table, { events }) =>
      line.update(events, `${table.bronzeTable}: ${count(events)} events`),
  }).finally(() => line.stop());
  const would = dryRun ? 'would be ' : '';
  for (const [table, { events, bytes }] of folded) {
    write(
      `${table.bronzeTable}: ${count(events)} events ${would}folded, ${megabytes(bytes)} ${would}freed\n`,
    );
  }
}
