import type { Knex } from 'knex';
import { isLocked } from '../../ground/database/locking/locks';
import { REFRESH_TASK } from '../../ground/database/queue/refreshQueue';

const EVERY = 2_000;
/** A moment in the future is one of a clock that was ahead: how long ago it was nobody knows. */
const LONG_TAKEN = `not locked_at between now() - interval '5 seconds' and now() + interval '1 minute'`;

/**
 * Gives jobs back to the queue whose worker was killed: the queue itself would wait four hours. A
 * living worker takes the refresh lock within a moment of its job; where nobody holds it, a job that
 * was taken a while ago has nobody. Should that err, a refresh that runs twice finds nothing to do.
 */
const UNLOCK = `
  with abandoned as materialized (
    select array_agg(distinct locked_by) as workers from graphile_worker.jobs
    where task_identifier = '${REFRESH_TASK}' and ${LONG_TAKEN}
  )
  select graphile_worker.force_unlock_workers(workers), cardinality(workers) as workers
  from abandoned where workers is not null and not ${isLocked('refresh')}`;

const SOME = `
  select from graphile_worker.jobs
  where task_identifier = '${REFRESH_TASK}' and ${LONG_TAKEN} limit 1`;

/** Looks for such jobs now and then, until it is stopped. A database that is away is no trouble. */
export function watchAbandonedJobs(
  database: Knex,
  tell: (message: string) => void,
): { stop(): Promise<void> } {
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    // Most of the time there is none, and nobody asks about the lock.
    const { rows: some } = await database.raw<{ rows: unknown[] }>(SOME);
    if (some.length === 0) return;
    const { rows } = await database.raw<{ rows: unknown[] }>(UNLOCK);
    if (rows.length > 0) tell('A refresh whose process had died was given back to the queue.');
  };
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => undefined);
  }, EVERY);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
