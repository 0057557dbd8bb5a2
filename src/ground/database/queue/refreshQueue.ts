import type { Knex } from 'knex';

/** What a queued refresh is to do. */
export interface RefreshJob {
  readonly reason: string;
  readonly full: boolean;
}

export const REFRESH_TASK = 'refresh';
/** Comparing what is published with a rebuild. */
export const RECONCILE_TASK = 'reconcile';

/**
 * Asks the worker for a refresh. Requests that wait together become one; a full one is not lost in
 * an ordinary one that comes after it. Returns the job's id.
 */
export async function requestRefresh(database: Knex, job: RefreshJob): Promise<string> {
  const key = job.full ? 'refresh full' : 'refresh';
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    'select refresh.ask_for(?::json, ?) as id',
    [JSON.stringify(job), key],
  );
  return rows[0]?.id ?? '';
}
