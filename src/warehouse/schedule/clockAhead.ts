import type { Knex } from 'knex';
import { RECONCILE_TASK, REFRESH_TASK } from '../../ground/database/queue/refreshQueue';
import { rowsOf, sql } from '../../ground/database/sql';

/** Clocks of two machines may be so far apart, in milliseconds. */
const LEEWAY = 2 * 60_000;
/** No job of ours is put off for so long: what waits for longer was put into the queue by a wrong clock. */
const LONGEST_DELAY = '1 hour';

/**
 * Mends what a clock left in the queue that was ahead and was set right: the queue runs nothing of a schedule
 * before the moment of its last run, and no job before its time. Returns sentences of what was found.
 */
export async function mendQueue(database: Knex, now = Date.now()): Promise<readonly string[]> {
  const latest = new Date(now + LEEWAY).toISOString();
  const schedules = await rowsOf<{ identifier: string; last: string }>(
    database,
    sql`with ahead as (
        select identifier, greatest(last_execution, known_since) as last
        from graphile_worker._private_known_crontabs
        where last_execution > ${latest}::timestamptz or known_since > ${latest}::timestamptz
      )
      update graphile_worker._private_known_crontabs known
      set last_execution = null, known_since = least(known_since, ${new Date(now).toISOString()}::timestamptz)
      from ahead where ahead.identifier = known.identifier
      returning known.identifier, ahead.last`,
  );
  const jobs = await rowsOf<{ task: string }>(
    database,
    sql`update graphile_worker._private_jobs job set run_at = now()
      from graphile_worker._private_tasks task
      where task.id = job.task_id and task.identifier = any (${[REFRESH_TASK, RECONCILE_TASK]}::text[])
        and job.locked_at is null and job.run_at > now() + ${LONGEST_DELAY}::interval
      returning task.identifier as task`,
  );
  return [
    ...schedules.map(
      ({ identifier, last }) =>
        `The schedule of ${identifier} ran last at ${last}, which is in the future: a clock was ahead. It goes on from now.`,
    ),
    ...jobs.map(
      ({ task }) =>
        `A job of ${task} was put off into the future by a clock that was ahead; it runs now.`,
    ),
  ];
}
