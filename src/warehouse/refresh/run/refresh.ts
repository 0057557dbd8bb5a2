import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { leaveOutValues } from '../../../ground/database/quotedValues';
import { withSession, type Session } from '../../../ground/database/session';
import type { GateSettings } from '../../gates/gateSettings';
import { withSpan, type Span } from '../../../ground/tracing/spans';
import { apply, type Applied } from './apply';
import { endable, RefreshEnded } from './ended';
import { failureSentence } from './failure';
import { HeldBack } from './held';
import { progressOf } from '../record/progress';
import { waitForTurn, type Turn } from './refreshLock';
import { changesOf } from '../record/rowChanges';
import { tellRun } from '../record/runLog';
import { beginRun, endRun, type RefreshOutcome, type RunEnd } from '../record/runs';
import { Steps, type StepProgress } from '../record/steps';

export interface RefreshOptions {
  /** Why it runs, for the record: 'schedule', 'command', … */
  readonly reason: string;
  /** Rebuild Silver and Gold from all of Bronze, instead of applying what is new. */
  readonly full?: boolean;
  /** Gates with another severity or limit than their files declare. */
  readonly gates?: GateSettings;
  /** The job of the queue that asked for it. */
  readonly jobId?: string;
  /** Hears which step begins. */
  readonly onStep?: (progress: StepProgress) => void;
  /** Hears once that another refresh holds the lock. */
  readonly onWait?: () => void;
  /** Ends the run at once: it is rolled back, and on record as failed. */
  readonly signal?: AbortSignal | undefined;
  readonly log?: Logger;
}

type Ended = Omit<RefreshOutcome, 'runId' | 'milliseconds'>;

function ofApplied({ dataVersionId, full, applied, gates, rows }: Applied): [Ended, RunEnd] {
  const status = dataVersionId === undefined ? 'UNCHANGED' : 'PUBLISHED';
  const changed = changesOf(applied);
  const tables: Record<string, { read: number; published: number }> = {};
  for (const [table, { read }] of Object.entries(applied)) {
    tables[table] = { read, published: rows[table] ?? 0 };
  }
  return [
    { status, full, dataVersionId, changed, gates },
    { status, dataVersionId, changed, tables, gates },
  ];
}

function ofHeld({ gates, state, since, message }: HeldBack, full: boolean): [Ended, RunEnd] {
  return [
    { status: 'HELD', full, dataVersionId: undefined, changed: {}, gates, heldSince: since },
    { status: 'HELD', gates, heldState: state, sentence: message },
  ];
}

/** One run, on record from its beginning to its end. The lock is held. */
async function run(
  database: Knex,
  session: Session,
  turn: Turn,
  { reason, full = false, gates, jobId, onStep, signal, log }: RefreshOptions,
  span: Span,
): Promise<RefreshOutcome> {
  const begin = performance.now();
  const runId = await beginRun(database, { reason, full, jobId });
  span.tell({ 'techorda.refresh.run': runId });
  const say = tellRun(log, runId, reason);
  const progress = progressOf(database, runId);
  const steps = new Steps((step) => {
    if (signal?.aborted) throw new RefreshEnded();
    say.step(step);
    progress.tell(step);
    onStep?.(step);
  });
  try {
    const [ended, record] = await endable(database, session, signal, () =>
      apply(session, turn, runId, { full, gates }, steps),
    ).then(ofApplied, (error: unknown) => {
      if (error instanceof HeldBack) return ofHeld(error, full);
      throw error;
    });
    await progress.settled();
    await endRun(database, runId, { ...record, steps: steps.times });
    const outcome = { ...ended, runId, milliseconds: Math.round(performance.now() - begin) };
    say.end(outcome);
    span.tell({ 'techorda.refresh.status': outcome.status });
    return outcome;
  } catch (error) {
    leaveOutValues(error);
    const message = error instanceof Error ? error.message : String(error);
    const sentence = failureSentence(error, steps.current);
    say.failure(sentence, error);
    await progress.settled();
    await endRun(database, runId, {
      status: 'FAILED',
      steps: steps.times,
      error: message,
      sentence,
    });
    throw error;
  }
}

/**
 * Brings Silver and Gold in step with Bronze and publishes them as a new data version. The work is
 * that of the events since the last refresh; a full rebuild (asked for, or needed because the
 * definition of the rows changed) reads all of Bronze and gives the very same rows. Nothing is published
 * where a gate holds it, nor where it fails, which throws; the run is on record with its reason.
 */
export async function refresh(database: Knex, options: RefreshOptions): Promise<RefreshOutcome> {
  return await withSession(database, async (session) => {
    const turn = await waitForTurn(session, options);
    try {
      return await withSpan('refresh', { 'techorda.refresh.reason': options.reason }, (span) =>
        run(database, session, turn, options, span),
      );
    } finally {
      await turn.end();
    }
  });
}
