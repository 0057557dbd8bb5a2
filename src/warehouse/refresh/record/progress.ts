import type { Knex } from 'knex';
import type { StepProgress } from './steps';

/** Tells everybody how a run goes, while it goes. */
export interface Progress {
  /** Returns at once. What is told while an earlier word is being written replaces what waits. */
  tell(progress: StepProgress): void;
  /** Nothing is told any more when this returns. */
  settled(): Promise<void>;
}

/**
 * Writes into the run's row, over a connection beside that of the run's transaction. That nobody could
 * be told is no reason for a refresh to fail, nor to wait.
 */
export function progressOf(database: Knex, runId: string): Progress {
  let next: StepProgress | undefined;
  let writing: Promise<void> | undefined;

  const write = async () => {
    while (next) {
      const { step, table, done, total } = next;
      next = undefined;
      await database
        .raw(
          `update refresh.runs set progress = jsonb_build_object('step', ?::text, 'table', ?::text,
             'done', ?::integer, 'total', ?::integer, 'at', clock_timestamp())
           where run_id = ?`,
          [step, table, done, total, runId],
        )
        .catch(() => undefined);
    }
    writing = undefined;
  };

  return {
    tell(progress) {
      next = progress;
      writing ??= write();
    },
    settled: () => writing ?? Promise.resolve(),
  };
}
