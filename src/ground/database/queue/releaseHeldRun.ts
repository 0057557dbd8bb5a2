import type { Knex } from 'knex';
import { requestRefresh } from './refreshQueue';

/** Who lets the gates of a held run pass, and why: for the record. */
export interface ReleaseWish {
  readonly runId: string;
  readonly by: string;
  readonly why: string;
}

export interface ReleasedGate {
  readonly gate: string;
  readonly table: string;
  /** In rows, or in percent: what is worse is held again. */
  readonly value: number;
}

/** The release cannot be; the message says why, in a sentence for who asked. */
export class ReleaseRefused extends Error {
  override readonly name = 'ReleaseRefused';
}

const MAX_LETTERS = 1_000;

interface HeldRun {
  readonly status: string;
  readonly published: boolean;
  readonly gates: readonly (ReleasedGate & {
    readonly state: string;
    readonly releasable: boolean;
  })[];
}

/**
 * Lets pass what the run was held by, and asks for a refresh that publishes. Each release stands until
 * its gate passes by itself again, for values that are no worse. Throws {@link ReleaseRefused}.
 */
export async function releaseHeldRun(
  database: Knex,
  { runId, by, why }: ReleaseWish,
): Promise<{ readonly released: readonly ReleasedGate[]; readonly jobId: string }> {
  for (const [what, text] of [
    ['who releases it', by],
    ['why', why],
  ] as const) {
    if (text.trim() === '' || text.length > MAX_LETTERS) {
      throw new ReleaseRefused(
        `A release says ${what}, for the record; expected a text of up to ${MAX_LETTERS} letters.`,
      );
    }
  }
  const run = await database('refresh.runs')
    .where({ run_id: /^\d{1,18}$/.test(runId) ? runId : '0' })
    .first<HeldRun | undefined>(
      'status',
      'gates',
      database.raw(
        `exists (select from refresh.runs later
           where later.run_id > runs.run_id and later.status = 'PUBLISHED') as published`,
      ),
    );
  if (run?.status !== 'HELD') {
    throw new ReleaseRefused(
      `Run ${JSON.stringify(runId)} is not held; expected a run with the status HELD, as refreshRuns and techorda status list them.`,
    );
  }
  if (run.published) {
    throw new ReleaseRefused(`Run ${runId} is past: a later one has published.`);
  }
  const held = run.gates.filter(({ state }) => state === 'HELD');
  const firm = held.find(({ releasable }) => !releasable);
  if (firm) {
    throw new ReleaseRefused(
      `Run ${runId} is held by ${firm.gate} of ${firm.table}, which nobody can release: what it found could not be served. It is mended where the rows are made.`,
    );
  }
  const released = held.map(({ gate, table, value }) => ({ gate, table, value }));
  await database('refresh.releases').insert(
    released.map(({ gate, table, value }) => ({
      run_id: runId,
      gate,
      table_name: table,
      value,
      released_by: by.trim(),
      why: why.trim(),
    })),
  );
  return { released, jobId: await requestRefresh(database, { reason: 'release', full: false }) };
}
