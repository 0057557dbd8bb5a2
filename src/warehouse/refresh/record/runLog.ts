import type { Logger } from 'pino';
import type { RefreshOutcome } from './runs';
import type { StepProgress } from './steps';

/** What the log is told of one run: each line bears the run's id. */
export function tellRun(
  log: Logger | undefined,
  runId: string,
  reason: string,
): {
  step(progress: StepProgress): void;
  end(outcome: RefreshOutcome): void;
  failure(sentence: string, error: unknown): void;
} {
  const lines = log?.child({ runId, reason });
  lines?.debug('the refresh begins');
  return {
    step: ({ step, done, total }) => lines?.debug({ step, done, total }, 'the refresh goes on'),
    end({ status, full, dataVersionId, changed, gates, milliseconds }) {
      for (const { gate, table, state, value, limit, sentence } of gates) {
        if (state !== 'PASSED') lines?.warn({ gate, table, state, value, limit }, sentence);
      }
      const level = status === 'HELD' ? 'warn' : 'info';
      lines?.[level]({ status, full, dataVersionId, changed, milliseconds }, 'refresh');
    },
    failure(sentence, error) {
      const { code, stack } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
      lines?.error({ code, stack }, sentence);
    },
  };
}
