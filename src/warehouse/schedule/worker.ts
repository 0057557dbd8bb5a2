import { Logger as QueueLogger, parseCrontab, run } from 'graphile-worker';
import type { Logger } from 'pino';
import { z } from 'zod';
import { tellingBlockers } from '../../ground/database/connecting/blockers';
import { connect } from '../../ground/database/connecting/connect';
import { queuePool } from '../../ground/database/queue/queuePool';
import { RECONCILE_TASK, REFRESH_TASK } from '../../ground/database/queue/refreshQueue';
import type { GateSettings } from '../gates/gateSettings';
import { watchAbandonedJobs } from './abandonedJobs';
import { mendQueue } from './clockAhead';
import { watchClock } from './clockSteps';
import { keepRunning } from './queueRunner';
import { reconcileTonight } from '../reconcile/tonight';
import { refresh } from '../refresh/run/refresh';

export interface WorkerOptions {
  readonly databaseUrl: string;
  /** Five cron fields in UTC. */
  readonly schedule: string;
  readonly gates?: GateSettings;
  /** When published rows are compared with a rebuild, and into how many parts all keys are cut for it. */
  readonly reconciliation?: { readonly schedule: string; readonly nights: number };
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
export async function startWorker({
  databaseUrl,
  schedule,
  gates,
  reconciliation,
  log,
}: WorkerOptions): Promise<Worker> {
  // A pool of its own: slow readers cannot keep the refresh from its connections.
  const database = connect(databaseUrl, { poolSize: 3, applicationName: 'techorda worker' });
  const queueConnections = queuePool(databaseUrl, 5);
  const queueLog = new QueueLogger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn(message);
    else log.debug(message);
  });
  let underWay = false;
  const tell = (message: string) => log.warn(message);
  const begin = async () => {
    for (const sentence of await mendQueue(database)) tell(sentence);
    return await run({
      pgPool: queueConnections,
      concurrency: 1,
      noHandleSignals: true,
      logger: queueLog,
      // Without these, a job whose end cannot be written ends the whole process: nobody awaits that.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      parsedCronItems: parseCrontab(
        `${schedule} ${REFRESH_TASK} ?jobKey=refresh {"reason":"schedule"}\n${
          reconciliation
            ? `${reconciliation.schedule} ${RECONCILE_TASK} ?jobKey=reconcile&max=3`
            : ''
        }`,
      ),
      taskList: {
        // The signal comes when the patience with which the queue stops is over: five seconds.
        [REFRESH_TASK]: async (payload, { abortSignal, job: { id: jobId } }) => {
          const { reason, full } = job.parse(payload);
          underWay = true;
          try {
            await tellingBlockers(database, tell, () =>
              refresh(database, {
                reason,
                full,
                jobId,
                signal: abortSignal,
                log,
                ...(gates && { gates }),
              }),
            );
          } finally {
            underWay = false;
          }
        },
        [RECONCILE_TASK]: async () => {
          await reconcileTonight(database, reconciliation?.nights ?? 1, log);
        },
      },
    });
  };
  const queue = await keepRunning(begin, tell).catch(async (error: unknown) => {
    await Promise.all([database.destroy(), queueConnections.end()]);
    throw error;
  });
  const watch = watchAbandonedJobs(database, tell);
  const clock = watchClock((milliseconds) => {
    tell(
      `The clock was set by ${Math.round(milliseconds / 1_000)} seconds; the schedules go on from now.`,
    );
    void queue.restart();
  });
  return {
    async stop() {
      clock.stop();
      if (underWay) log.info('ending: the refresh under way has five seconds to end');
      await Promise.all([queue.stop(), watch.stop()]);
      await Promise.all([database.destroy(), queueConnections.end()]);
    },
  };
}
