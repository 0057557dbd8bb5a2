import type { Knex } from 'knex';
import type { GateSettings } from '../warehouse/gates/gateSettings';
import { plannedSteps } from '../warehouse/refresh/record/plan';
import { refresh } from '../warehouse/refresh/run/refresh';
import type { RefreshOutcome } from '../warehouse/refresh/record/runs';
import { gateText, releaseText, saysSomething } from './telling/gateText';
import { progressLine } from './telling/progressLine';
import { count, type Write } from './telling/writing';

function heldText({ runId, heldSince, gates }: RefreshOutcome): string {
  const why =
    heldSince === undefined
      ? `Run ${runId} is held back by data-quality gates`
      : `Nothing is new since run ${heldSince} was held back by data-quality gates`;
  return (
    `${why}: nothing of it is published, and the last version is served.\n` +
    gates.filter(saysSomething).map(gateText).join('') +
    releaseText(runId, gates)
  );
}

function outcomeText(outcome: RefreshOutcome): string {
  const { status, full, dataVersionId, changed, gates, milliseconds } = outcome;
  if (status === 'UNCHANGED') return 'Nothing to do: Silver and Gold are in step with Bronze.\n';
  if (status === 'HELD') return heldText(outcome);
  const lines = Object.entries(changed)
    .filter(([, { inserted, updated, deleted }]) => inserted + updated + deleted > 0)
    .map(([table, { inserted, updated, deleted }]) => {
      return `  ${table.padEnd(30)} ${count(inserted)} new, ${count(updated)} changed, ${count(deleted)} gone\n`;
    });
  const how = full ? 'rebuilt from all of Bronze' : 'by what changed';
  const seconds = (milliseconds / 1_000).toFixed(1);
  const told = gates.filter(saysSomething).map(gateText);
  return `Published data version ${dataVersionId ?? ''} in ${seconds} s, ${how}.\n${lines.join('')}${told.join('')}`;
}

/** `techorda refresh`: brings Silver and Gold up to date and publishes them. */
export async function runRefresh(
  database: Knex,
  {
    full,
    reason,
    gates,
  }: { readonly full: boolean; readonly reason: string; readonly gates: GateSettings },
  write: Write,
): Promise<RefreshOutcome> {
  const line = progressLine('refresh', plannedSteps().length);
  try {
    const outcome = await refresh(database, {
      reason,
      full,
      gates,
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
