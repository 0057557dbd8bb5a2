import type { Knex } from 'knex';
import { inTransaction, withSession, type Session } from '../../ground/database/session';
import { definitionHash } from '../refresh/tables/definition';
import { readPending } from '../refresh/tables/newestEvents';
import { readPublished } from '../refresh/run/publish';
import { compareRows, type Difference } from './differences';
import { rebuild } from './rebuild';

export interface ReconcileOptions {
  /** One of so many parts of all keys is looked at, another each night; 1 looks at all. */
  readonly nights: number;
  readonly now?: Date;
}

export interface Reconciliation {
  /** Rows of the rebuild, by table. */
  readonly compared: Readonly<Record<string, number>>;
  readonly differences: readonly Difference[];
}

const DAY = 86_400_000;

/** Nothing that could be compared: that is no difference, and no proof that there is none. */
export class NothingToReconcile extends Error {
  override readonly name = 'NothingToReconcile';
}

/** PostgreSQL puts values into its messages, which are for the log. */
function sentenceOf(error: unknown): string {
  if (error instanceof NothingToReconcile) return error.message;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return `The comparison failed${code}; the log says more.`;
}

interface Compared extends Reconciliation {
  readonly dataVersionId: string;
}

async function compare(session: Session, night: number, nights: number): Promise<Compared> {
  return await inTransaction(session, 'repeatable read', async () => {
    const { definitionHash: hash, demonstrating, dataVersionId } = await readPublished(session);
    if (demonstrating === undefined || dataVersionId === undefined) {
      throw new NothingToReconcile('No data has been published yet that could be compared.');
    }
    if (hash !== definitionHash()) {
      throw new NothingToReconcile(
        'The published rows were made by another definition than this version has: refresh before comparing them.',
      );
    }
    const applied = await readPending(session, demonstrating);
    const compared: Record<string, number> = {};
    const differences: Difference[] = [];
    for (const rebuilt of await rebuild(session, { night, nights }, applied)) {
      const { compared: rows, differences: found } = await compareRows(session, rebuilt);
      compared[rebuilt.table] = rows;
      differences.push(...found);
    }
    return { dataVersionId, compared, differences };
  });
}

/**
 * Compares the published rows of a part of all keys with a rebuild from Bronze, over one snapshot and
 * without a write, and puts what it found on record. Throws where it could not be compared, which is on
 * record too.
 */
export async function reconcile(
  database: Knex,
  { nights, now = new Date() }: ReconcileOptions,
): Promise<Reconciliation> {
  const night = Math.floor(now.getTime() / DAY);
  const record = async (found: Partial<Compared>, error?: unknown) => {
    await database('refresh.reconciliations').insert({
      started_at: now.toISOString(),
      data_version_id: found.dataVersionId ?? null,
      nights,
      compared: JSON.stringify(found.compared ?? {}),
      differences: JSON.stringify(found.differences ?? []),
      error: error === undefined ? null : sentenceOf(error),
    });
  };
  try {
    const found = await withSession(database, (session) => compare(session, night, nights));
    await record(found);
    return found;
  } catch (error) {
    await record({}, error);
    throw error;
  }
}
