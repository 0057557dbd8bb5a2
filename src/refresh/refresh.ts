import type { Knex } from 'knex';
import { withoutValues } from '../database/quotedValues';
import type { Session } from '../database/session';
import { inTransaction, withSession } from '../database/session';
import { COUNTRY_NAMES } from './countryNames';
import { definitionHash } from './definition';
import { endable, RefreshEnded } from './ended';
import { refreshGold } from './gold';
import { analyzeEvents, readPending } from './newestEvents';
import { progressOf } from './progress';
import { givePseudonyms } from './pseudonyms';
import { publish, readPublished } from './publish';
import type { RowChanges } from './rowChanges';
import { acquireLock, LONGEST_STANDSTILL, releaseLock } from './refreshLock';
import { beginRun, endRun } from './runs';
import { refreshSilver } from './silver';
import { Steps, type StepProgress } from './steps';

export interface RefreshOptions {
  /** Why it runs, for the record: 'schedule', 'command', … */
  readonly reason: string;
  /** Rebuild Silver and Gold from all of Bronze, instead of applying what is new. */
  readonly full?: boolean;
  /** The job of the queue that asked for it. */
  readonly jobId?: string;
  /** Hears which step begins. */
  readonly onStep?: (progress: StepProgress) => void;
  /** Hears once that another refresh holds the lock. */
  readonly onWait?: () => void;
  /** Ends the run at once: it is rolled back, and on record as failed. */
  readonly signal?: AbortSignal | undefined;
}

export interface RefreshOutcome {
  readonly runId: string;
  readonly status: 'PUBLISHED' | 'UNCHANGED';
  readonly full: boolean;
  readonly dataVersionId: string | undefined;
  readonly changed: Readonly<Record<string, RowChanges>>;
  readonly milliseconds: number;
}

async function writeCountryNames(session: Session): Promise<void> {
  await session.query('delete from silver.country_names');
  await session.query(
    'insert into silver.country_names (name, country_code) select * from unnest($1::text[], $2::text[])',
    [[...COUNTRY_NAMES.keys()], [...COUNTRY_NAMES.values()]],
  );
}

/** Demonstration data step aside for good as soon as there is anything real. */
async function isDemonstration(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ real: boolean }>(
    'select sum(real_events) > 0 as real from bronze.progress',
  );
  return rows[0]?.real !== true;
}

/** Statistics after large changes: the planner would otherwise guess until autovacuum comes by. */
async function analyzeChanged(
  session: Session,
  changed: Record<string, RowChanges>,
): Promise<void> {
  for (const [table, { inserted, updated, deleted }] of Object.entries(changed)) {
    const readByQueries = table !== 'silver.service_report_v2' && table !== 'silver.defects';
    if (readByQueries && inserted + updated + deleted > 5_000)
      await session.query(`analyze ${table}`);
  }
}

/**
 * PostgreSQL prices a function that reads a form like one that adds two numbers, and so reads 30,000
 * forms with one process. For this transaction parallel work is free; the tables that a SELECT
 * names without a schema are found in refresh, where a full rebuild has them.
 */
async function preferParallelReading(session: Session): Promise<void> {
  await session.query(
    `select set_config('parallel_setup_cost', '0', true), set_config('parallel_tuple_cost', '0', true),
       set_config('min_parallel_table_scan_size', '1MB', true),
       set_config('search_path', 'refresh, public', true)`,
  );
}

/**
 * Lets the server notice within a second that this process died, also in the midst of a statement, so
 * that the next refresh need not wait for the end of it (not every platform can), and within a minute
 * that it stands still. What it wants to commit after that is refused.
 */
async function noticeDeath(session: Session): Promise<void> {
  await session.query(
    `select set_config('client_connection_check_interval', '1s', true)
     where version() !~* 'windows|mingw|visual c'`,
  );
  await session.query(
    `select set_config('idle_in_transaction_session_timeout', '${LONGEST_STANDSTILL}', true)
     where current_setting('idle_in_transaction_session_timeout') = '0'`,
  );
}

interface Applied {
  readonly dataVersionId: string | undefined;
  readonly full: boolean;
  readonly changed: Record<string, RowChanges>;
}

/** One transaction: what is new is applied and published, or nothing is. */
async function apply(
  session: Session,
  runId: string,
  full: boolean,
  steps: Steps,
): Promise<Applied> {
  const hash = definitionHash();
  return await inTransaction(session, 'repeatable read', async () => {
    await noticeDeath(session);
    await preferParallelReading(session);
    const published = await readPublished(session);
    const demonstration = await isDemonstration(session);
    const pending = await readPending(session, demonstration);
    const madeAnew =
      full || published.definitionHash !== hash || published.demonstration !== demonstration;
    if (!madeAnew && pending.every(({ from, to }) => from === to)) {
      return { dataVersionId: undefined, full: false, changed: {} };
    }
    await steps.time('bronze', () => analyzeEvents(session, pending));
    if (madeAnew) await writeCountryNames(session);
    const silver = await refreshSilver(session, { pending, full: madeAnew, demonstration }, steps);
    const { redrawn } = await steps.time('pseudonyms', () => givePseudonyms(session));
    const gold = await refreshGold(session, { full: madeAnew, redrawn }, steps);
    const changed = { ...silver, ...gold };
    await steps.time('statistics', () => analyzeChanged(session, changed));
    const dataVersionId = await steps.time('publish', () =>
      publish(session, {
        runId,
        pending,
        definitionHash: hash,
        demonstration,
        full: madeAnew,
        changed,
      }),
    );
    return { dataVersionId, full: madeAnew, changed };
  });
}

/** One run, on record from its beginning to its end. The lock is held. */
async function run(
  database: Knex,
  session: Session,
  { reason, full: asked = false, jobId, onStep, signal }: RefreshOptions,
): Promise<RefreshOutcome> {
  const begin = performance.now();
  const runId = await beginRun(database, { reason, full: asked, jobId });
  const progress = progressOf(database, runId);
  const steps = new Steps((step) => {
    if (signal?.aborted) throw new RefreshEnded();
    progress.tell(step);
    onStep?.(step);
  });
  try {
    const { dataVersionId, full, changed } = await endable(database, session, signal, () =>
      apply(session, runId, asked, steps),
    );
    await progress.settled();
    const status = dataVersionId === undefined ? 'UNCHANGED' : 'PUBLISHED';
    await endRun(database, runId, { status, dataVersionId, steps: steps.times, changed });
    const milliseconds = Math.round(performance.now() - begin);
    return { runId, status, full, dataVersionId, changed, milliseconds };
  } catch (error) {
    const message = withoutValues(error instanceof Error ? error.message : String(error));
    await progress.settled();
    await endRun(database, runId, { status: 'FAILED', steps: steps.times, error: message });
    throw error;
  }
}

/**
 * Brings Silver and Gold in step with Bronze and publishes them as a new data version. The work is
 * that of the events since the last refresh; a full rebuild (asked for, or needed because the
 * definition of the rows changed) reads all of Bronze and gives the very same rows. Throws where it
 * fails: nothing is published then, and the run is on record with its error.
 */
export async function refresh(database: Knex, options: RefreshOptions): Promise<RefreshOutcome> {
  return await withSession(database, async (session) => {
    await acquireLock(session, options);
    try {
      return await run(database, session, options);
    } finally {
      await releaseLock(session);
    }
  });
}
