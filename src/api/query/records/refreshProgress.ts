import type { Knex } from 'knex';
import { rowsOf, sql } from '../../../ground/database/sql';
import { BadInput, shown } from '../values/badInput';
import type { RefreshRunRecord } from './refreshRuns';

/** How a run goes, as refresh.progress_message has it. */
export interface RunProgress {
  readonly runId: string;
  /** The name that the run had in the queue, such as `queued:7`. */
  readonly queuedAs: string | null;
  readonly status: RefreshRunRecord['status'];
  readonly step: string | null;
  readonly table: string | null;
  readonly done: number;
  readonly total: number;
  readonly dataVersionId: string | null;
  readonly at: string;
}

export interface ProgressRow {
  readonly message: RunProgress;
}

export function isOver({ status }: RunProgress): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}

/** Whether the run is the one that is called so, in the queue or since. */
export function isCalled({ runId, queuedAs }: RunProgress, name: string): boolean {
  return runId === name || queuedAs === name;
}

/** The statement of how the newest runs go, or went, the newest first, as {@link ProgressRow}s. */
export function newestRuns(count: number): string {
  return `select refresh.progress_message(runs) as message
    from refresh.runs as runs order by run_id desc limit ${count}`;
}

/** How the newest run goes, or went; undefined before the first. */
export async function newestProgress(database: Knex): Promise<RunProgress | undefined> {
  const { rows } = await database.raw<{ rows: ProgressRow[] }>(newestRuns(1));
  return rows[0]?.message;
}

/**
 * How the run goes that is called so; `queued` while it waits for the worker, undefined where there is
 * none. Throws {@link BadInput} where it cannot be the name of a run.
 */
export async function progressOfRun(
  database: Knex,
  name: string,
): Promise<RunProgress | 'queued' | undefined> {
  const [, queued, id] = /^(queued:)?(\d{1,18})$/.exec(name) ?? [];
  if (id === undefined) {
    throw new BadInput(
      `runId is ${shown(name)}; expected the id of a run, such as "12", or of one that is queued, such as "queued:7".`,
    );
  }
  const itself = queued ? sql`job_id = ${id}::bigint` : sql`run_id = ${id}::bigint`;
  const [row] = await rowsOf<ProgressRow>(
    database,
    sql`select refresh.progress_message(runs) as message
      from refresh.runs as runs where ${itself} order by run_id desc limit 1`,
  );
  if (row) return row.message;
  if (!queued) return undefined;
  const [waiting] = await rowsOf<{ queued: boolean }>(
    database,
    sql`select refresh.is_queued(${id}::bigint) as queued`,
  );
  return waiting?.queued ? 'queued' : undefined;
}
