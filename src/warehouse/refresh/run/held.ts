import { createHash } from 'node:crypto';
import type { Session } from '../../../ground/database/session';
import type { GateResult } from '../../gates/judgement';

/** Gates keep what the run made from being published. */
export class HeldBack extends Error {
  override readonly name = 'HeldBack';
  constructor(
    readonly gates: readonly GateResult[],
    /** All that decides what the run would publish. */
    readonly state: string,
    /** The run that was held for the same, where nothing is new since. */
    readonly since: string | undefined = undefined,
  ) {
    const held = gates.filter(({ state }) => state === 'HELD');
    super(held.map(({ sentence }) => sentence).join(' '));
  }
}

export function heldState(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/**
 * Throws {@link HeldBack} where a run was held that would have published the very same, and
 * nobody has released anything since: to make it again would change nothing.
 */
export async function refuseWhatIsHeld(session: Session, state: string): Promise<void> {
  const { rows } = await session.query<{ run_id: string; gates: GateResult[] }>(
    `select run_id, gates from refresh.runs held
     where status = 'HELD' and held_state = $1
       and not exists (select from refresh.releases where released_at > held.finished_at)
     order by run_id limit 1`,
    [state],
  );
  const [held] = rows;
  if (held) throw new HeldBack(held.gates, state, held.run_id);
}
