import type { Knex } from 'knex';
import { nothing, rowsOf, sql } from '../../../ground/database/sql';

/** What a gate found, as the refresh wrote it down. */
export interface GateRecord {
  readonly gate: string;
  readonly table: string;
  readonly severity: 'WARN' | 'HOLD';
  readonly state: 'PASSED' | 'WARNED' | 'HELD' | 'RELEASED';
  readonly measure: 'ROWS' | 'SHARE' | 'FALL';
  readonly value: number;
  readonly limit: number;
  readonly failing: number;
  readonly rows: number;
  readonly sentence: string;
  readonly releasable: boolean;
  readonly examples: readonly Readonly<Record<string, number | string>>[];
}

export interface ReleaseRecord {
  readonly gate: string;
  readonly table: string;
  readonly value: number;
  readonly releasedBy: string;
  readonly releasedAt: string;
  readonly why: string;
  readonly dataVersionId: string | null;
  readonly ended: boolean;
}

/** A run as it is on record. What was thrown is for the log; the sentence is for callers. */
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
  readonly tables: Readonly<
    Record<string, { readonly read: number; readonly published: number }>
  > | null;
  readonly sentence: string | null;
  readonly gates: readonly GateRecord[] | null;
  readonly releases: readonly ReleaseRecord[] | null;
}

/** A run that waits in the queue: it is on record once it begins. */
export function queuedRun(jobId: string, reason: string, full: boolean): RefreshRunRecord {
  return {
    run_id: `queued:${jobId}`,
    reason,
    full_rebuild: full,
    status: 'QUEUED',
    started_at: null,
    finished_at: null,
    data_version_id: null,
    steps: null,
    changed: null,
    tables: null,
    sentence: null,
    gates: null,
    releases: null,
  };
}

const RELEASES = sql`(
  select json_agg(json_build_object(
    'gate', gate, 'table', table_name, 'value', value, 'releasedBy', released_by, 'why', why,
    'releasedAt', to_char(released_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'dataVersionId', first_version::text, 'ended', ended_version is not null
  ) order by release_id)
  from refresh.releases where releases.run_id = runs.run_id)`;

/** The newest run first, of those that are older than one. */
export function readRefreshRuns(
  database: Knex,
  olderThan: string | null,
  most: number,
): Promise<RefreshRunRecord[]> {
  const older = olderThan === null ? nothing : sql`where run_id < ${olderThan}::bigint`;
  return rowsOf<RefreshRunRecord>(
    database,
    sql`select run_id, reason, full_rebuild, status, started_at, finished_at, data_version_id, steps, changed,
        tables, sentence, gates, ${RELEASES} as releases
      from refresh.runs ${older} order by run_id desc limit ${most}`,
  );
}

export async function countRefreshRuns(database: Knex): Promise<number> {
  const [answer] = await rowsOf<{ runs: number }>(
    database,
    sql`select count(*)::integer as runs from refresh.runs`,
  );
  return answer?.runs ?? 0;
}
