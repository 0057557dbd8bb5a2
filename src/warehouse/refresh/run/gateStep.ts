import { lineage } from '../../lineage/lineage';
import type { Session } from '../../../ground/database/session';
import type { Gate } from '../../gates/declaredGates';
import type { GateResult } from '../../gates/judgement';
import { gatesHash, type Audit, type RowCounts } from '../record/audit';
import { isSameDemonstration } from '../tables/demonstration';
import { HeldBack } from './held';
import type { PublishedState } from './publish';
import type { AppliedRows } from '../record/rowChanges';

export interface BeforePublication {
  readonly gates: readonly Gate[];
  readonly applied: Readonly<Record<string, AppliedRows>>;
  readonly published: PublishedState;
  /** Systems whose rows come from demonstration data. */
  readonly demonstrating: readonly string[];
  /** Every row was read again. */
  readonly full: boolean;
  /** All that decides what would be published. */
  readonly state: string;
}

/** Counted by what changed; counted again where all was read, or nobody has counted before. */
async function countRows(
  session: Session,
  { applied, published, full }: BeforePublication,
): Promise<RowCounts> {
  const counts: Record<string, number> = {};
  for (const [table, { inserted, deleted }] of Object.entries(applied)) {
    const before = full ? undefined : published.rows?.[table];
    if (before !== undefined) counts[table] = before + inserted - deleted;
    else {
      const { rows } = await session.query<{ count: string }>(`select count(*) from ${table}`);
      counts[table] = Number(rows[0]?.count);
    }
  }
  return counts;
}

/**
 * Holds every gate against the tables as they would be published. Throws {@link HeldBack} where one says
 * no. Demonstration data and real ones are not compared: neither came out of the other.
 */
export async function passGates(
  session: Session,
  audit: Audit,
  before: BeforePublication,
): Promise<{ readonly gates: readonly GateResult[]; readonly rows: RowCounts }> {
  const { published, applied, demonstrating } = before;
  if (!before.full && published.gatesHash !== gatesHash(before.gates)) {
    for (const { table } of lineage().marts) await audit.examineAnew(table);
  }
  const rows = await countRows(session, before);
  const comparable = isSameDemonstration(published.demonstrating, demonstrating);
  const gates = await audit.judge(comparable ? applied : {}, rows);
  if (gates.some(({ state }) => state === 'HELD')) throw new HeldBack(gates, before.state);
  return { gates, rows };
}
