import type { Knex } from 'knex';
import type { Difference } from '../../warehouse/reconcile/differences';
import { isoMoment } from '../../ground/types/dateTime';
import { differenceText, partText } from './differenceText';
import { count } from './writing';

/** What the newest comparison of published rows with a rebuild found. */
export interface LastReconciliation {
  readonly at: string;
  readonly nights: number;
  readonly rows: number;
  readonly differences: readonly Difference[];
  /** Why nothing could be compared. */
  readonly error: string | null;
}

export async function readLastReconciliation(database: Knex): Promise<LastReconciliation | null> {
  const last = await database('refresh.reconciliations').orderBy('reconciliation_id', 'desc').first<
    | {
        finished_at: string;
        nights: number;
        compared: Readonly<Record<string, number>>;
        differences: readonly Difference[];
        error: string | null;
      }
    | undefined
  >('finished_at', 'nights', 'compared', 'differences', 'error');
  if (last === undefined) return null;
  const { finished_at: at, nights, compared, differences, error } = last;
  const rows = Object.values(compared).reduce((sum, each) => sum + each, 0);
  return { at: isoMoment(at), nights, rows, differences, error };
}

export function lastReconciliationText(last: LastReconciliation): string {
  const { at, nights, rows, differences, error } = last;
  if (error !== null) return `Reconciliation  ${at}: ${error}\n`;
  const same = differences.length === 0 ? 'as in a rebuild' : 'NOT as in a rebuild';
  const what = `${count(rows)} rows, ${partText(nights)}, ${same}`;
  return `Reconciliation  ${at}: ${what}\n${differences.map(differenceText).join('')}`;
}
