import type { Knex } from 'knex';
import { plannedSteps } from '../refresh/plan';
import type { RefreshOutcome } from '../refresh/refresh';
import { refresh } from '../refresh/refresh';
import { count } from './ingest';
import type { Write } from './keys';
import { progressLine } from './progressLine';

function outcomeText({
  status,
  full,
  dataVersionId,
  changed,
  milliseconds,
}: RefreshOutcome): string {
  if (status === 'UNCHANGED') return 'Nothing to do: Silver and Gold are in step with Bronze.\n';
  const lines = Object.entries(changed)
    .filter(([, { inserted, updated, deleted }]) => inserted + updated + deleted > 0)
    .map(([table, { inserted, updated, deleted }]) => {
      return `  ${table.padEnd(30)} ${count(inserted)} new, ${count(updated)} changed, ${count(deleted)} gone\n`;
    });
  const how = full ? 'rebuilt from all of Bronze' : 'by what changed';
  const seconds = (milliseconds / 1_000).toFixed(1);
  return `Published data version ${dataVersionId ?? ''} in ${seconds} s, ${how}.\n${lines.join('')}`;
}

/** `techorda refresh`: brings Silver and Gold up to date and publishes them. */
export async function runRefresh(
  database: Knex,
  { full, reason }: { readonly full: boolean; readonly reason: string },
  write: Write,
): Promise<RefreshOutcome> {
  const line = progressLine('refresh', plannedSteps().length);
  try {
    const outcome = await refresh(database, {
      reason,
      full,
      onStep: ({ done, step }) => line.update(done, step),
      onWait: () => write('Another refresh is running; waiting for it to end.\n'),
    });
    line.stop();
    write(outcomeText(outcome));
    return outcome;
  } finally {
    line.stop();
  }
}
