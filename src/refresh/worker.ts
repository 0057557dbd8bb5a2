import { Logger as QueueLogger, parseCrontab, run } from 'graphile-worker';
import type { Logger } from 'pino';
import { z } from 'zod';
import { connect } from '../database/connect';
import { REFRESH_TASK } from '../database/refreshQueue';
import { watchAbandonedJobs } from './abandonedJobs';
import { refresh } from './refresh';

export interface WorkerOptions {
  readonly databaseUrl: string;
  /** Five cron fields in UTC. */
  readonly schedule: string;
  readonly log: Logger;
}

export interface Worker {
  /** Gives the refresh under way five seconds to end, then rolls it back. */
  stop(): Promise<void>;
}

const job = z.object({ reason: z.string().default('schedule'), full: z.boolean().default(false) });

/**
 * Refreshes on the schedule and whenever one is asked for. Any number of workers may run: each
 * refresh waits for the lock, and finds nothing to do where another has done it.
 */
export async function startWorker({ databaseUrl, schedule, log }: WorkerOptions): Promise<Worker> {
  // A pool of its own: slow readers cannot keep the refresh from its connections.
  const database = connect(databaseUrl, { poolSize: 3, applicationName: 'techorda worker' });
  const queueLog = new QueueLogger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn(message);
    else log.debug(message);
  });
  let underWay = false;
  const runner = await run({
    connectionString: databaseUrl,
    concurrency: 1,
    noHandleSignals: true,
    logger: queueLog,
    parsedCronItems: parseCrontab(
      `${schedule} ${REFRESH_TASK} ?jobKey=refresh {"reason":"schedule"}`,
    ),
    taskList: {
      // The signal comes when the patience with which the queue stops is over: five seconds.
      [REFRESH_TASK]: async (payload, { abortSignal, job: { id: jobId } }) => {
        const { reason, full } = job.parse(payload);
        underWay = true;
        try {
          const outcome = await refresh(database, { reason, full, jobId, signal: abortSignal });
          log.info({ ...outcome, reason }, 'refresh');
        } finally {
          underWay = false;
        }
      },
    },
  }).catch(async (error: unknown) => {
    await database.destroy();
    throw error;
  });
  const watch = watchAbandonedJobs(database, (message) => log.warn(message));
  return {
    async stop() {
      if (underWay) log.info('ending: the refresh under way has five seconds to end');
      await Promise.all([runner.stop(), watch.stop()]);
      await database.destroy();
    },
  };
}
