import type { Knex } from 'knex';
import type { GateResult } from '../../gates/judgement';
import { plannedSteps } from './plan';
import type { RowChanges } from './rowChanges';
import type { StepTime } from './steps';

export type RunStatus = 'PUBLISHED' | 'UNCHANGED' | 'FAILED' | 'HELD';

const DIED = 'The process ended before the run did; nothing of the run was published.';

/** What became of a run that did not fail. */
export interface RefreshOutcome {
  readonly runId: string;
  readonly status: 'PUBLISHED' | 'UNCHANGED' | 'HELD';
  readonly full: boolean;
  readonly dataVersionId: string | undefined;
  readonly changed: Readonly<Record<string, RowChanges>>;
  /** What each gate says of each table; none where there was nothing to do. */
  readonly gates: readonly GateResult[];
  /** Of a held run, the run that was held for the same before, where nothing is new since. */
  readonly heldSince?: string | undefined;
  readonly milliseconds: number;
}

export interface RunEnd {
  readonly status: RunStatus;
  readonly dataVersionId?: string | undefined;
  readonly steps?: readonly StepTime[];
  readonly changed?: Readonly<Record<string, RowChanges>> | undefined;
  /** How many rows of each table were read again, and how many are published. */
  readonly tables?: Readonly<Record<string, TableRows>> | undefined;
  readonly gates?: readonly GateResult[] | undefined;
  /** Of a held run: all that decides what it would publish. */
  readonly heldState?: string | undefined;
  /** What was thrown, which may show rows. */
  readonly error?: string | undefined;
  /** Why nothing was published, as callers may read it. */
  readonly sentence?: string | undefined;
}

interface TableRows {
  readonly read: number;
  readonly published: number;
}

/**
 * Records that a run begins, outside its transaction, so that a failed run is on record too. Runs
 * that a killed process left as running are closed: whoever calls this holds the refresh lock.
 */
export async function beginRun(
  database: Knex,
  {
    reason,
    full,
    jobId,
  }: { readonly reason: string; readonly full: boolean; readonly jobId?: string | undefined },
): Promise<string> {
  await database.raw(
    `update refresh.runs run set finished_at = now(), data_version_id = published.data_version_id,
       status = case when published.data_version_id is null then 'FAILED' else 'PUBLISHED' end,
       error = case when published.data_version_id is null then '${DIED}' end,
       sentence = case when published.data_version_id is null then '${DIED}' end
     from refresh.runs open
     left join refresh.data_versions published using (run_id)
     where open.run_id = run.run_id and run.status = 'RUNNING'`,
  );
  const [run] = await database('refresh.runs')
    .insert({
      reason,
      full_rebuild: full,
      status: 'RUNNING',
      job_id: jobId ?? null,
      progress: JSON.stringify({ done: 0, total: plannedSteps().length }),
    })
    .returning<{ run_id: string }[]>('run_id');
  return run?.run_id ?? '';
}

export async function endRun(database: Knex, runId: string, end: RunEnd): Promise<void> {
  await database('refresh.runs')
    .where({ run_id: runId })
    .update({
      status: end.status,
      finished_at: database.raw('clock_timestamp()'),
      data_version_id: end.dataVersionId ?? null,
      steps: JSON.stringify(end.steps ?? []),
      changed: end.changed === undefined ? null : JSON.stringify(end.changed),
      tables: end.tables === undefined ? null : JSON.stringify(end.tables),
      gates: end.gates === undefined ? null : JSON.stringify(end.gates),
      held_state: end.heldState ?? null,
      error: end.error ?? null,
      sentence: end.sentence ?? null,
    });
}
