import type { Knex } from 'knex';
import { nothing, rowsOf, sql } from '../database/sql';
import { BadInput, shown } from './badInput';
import { MOST_ROWS } from './window';

/** A run as it is on record. Its error is for the log: it may show rows. */
export interface RefreshRunRecord {
  readonly run_id: string;
  readonly reason: string;
  readonly full_rebuild: boolean;
  readonly status: 'QUEUED' | 'RUNNING' | 'PUBLISHED' | 'UNCHANGED' | 'FAILED' | 'HELD';
  /** Null while the run waits for the worker: it is on record from its start. */
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly data_version_id: string | null;
  readonly steps: readonly { readonly step: string; readonly milliseconds: number }[] | null;
  readonly changed: Readonly<Record<string, Readonly<Record<string, number>>>> | null;
}

export interface RunPage {
  readonly runs: readonly RefreshRunRecord[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

const USUAL_RUNS = 20;

/** The newest run first. */
export async function readRefreshRuns(
  database: Knex,
  first: number | null,
  after: string | null,
): Promise<RunPage> {
  const size = first ?? USUAL_RUNS;
  if (size < 0 || size > MOST_ROWS) {
    throw new BadInput(
      `first is ${shown(first)}; expected a whole number from 0 to ${String(MOST_ROWS)}.`,
    );
  }
  const last = after === null ? null : runOf(after);
  const older = last === null ? nothing : sql`where run_id < ${last}::bigint`;
  const found = await rowsOf<RefreshRunRecord>(
    database,
    sql`select run_id, reason, full_rebuild, status, started_at, finished_at, data_version_id, steps, changed
      from refresh.runs ${older} order by run_id desc limit ${size + 1}`,
  );
  return {
    runs: found.slice(0, size),
    hasNextPage: found.length > size,
    hasPreviousPage: last !== null,
  };
}

export async function countRefreshRuns(database: Knex): Promise<number> {
  const [answer] = await rowsOf<{ runs: number }>(
    database,
    sql`select count(*)::integer as runs from refresh.runs`,
  );
  return answer?.runs ?? 0;
}

export function runCursor({ run_id }: RefreshRunRecord): string {
  return Buffer.from(`run:${run_id}`).toString('base64url');
}

function runOf(cursor: string): string {
  const [, id] = /^run:(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (id === undefined) {
    throw new BadInput('after is not a cursor; expected one that an answer gave.');
  }
  return id;
}
