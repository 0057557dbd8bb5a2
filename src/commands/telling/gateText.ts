import type { GateResult } from '../../warehouse/gates/judgement';

export const saysSomething = ({ state }: GateResult): boolean => state !== 'PASSED';

/** What a gate found, with keys of some rows and nothing else of them. */
export function gateText({ state, sentence, examples }: GateResult): string {
  const rows = examples.map((keys) =>
    Object.entries(keys)
      .map(([column, key]) => `${column} ${key}`)
      .join(' '),
  );
  const some = rows.length === 0 ? '' : `\n            such as ${rows.join(', ')}`;
  return `  ${state.padEnd(8)}  ${sentence}${some}\n`;
}

/** How to let pass what the run is held by, if anybody can. */
export function releaseText(runId: string, gates: readonly GateResult[]): string {
  const firm = gates.some(({ state, releasable }) => state === 'HELD' && !releasable);
  return firm
    ? 'It cannot be released: what was found could not be served.\n'
    : `To publish all the same: techorda release ${runId} --by NAME --why TEXT\n`;
}
