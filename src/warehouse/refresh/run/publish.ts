import { PUBLISHED_CHANNEL } from '../../../ground/database/channels';
import type { Session } from '../../../ground/database/session';
import type { GateResult } from '../../gates/judgement';
import type { RowCounts } from '../record/audit';
import type { Demonstration } from '../tables/demonstration';
import type { Pending } from '../tables/newestEvents';
import { recordReleases } from '../record/releases';
import type { RowChanges } from '../record/rowChanges';

export interface Publication {
  readonly runId: string;
  readonly pending: readonly Pending[];
  readonly definitionHash: string;
  readonly demonstration: Demonstration;
  readonly full: boolean;
  readonly changed: Readonly<Record<string, RowChanges>>;
  readonly rows: RowCounts;
  readonly gates: readonly GateResult[];
  readonly gatesHash: string;
}

/** Marks the pending events as applied and names the new state of the data: one commit for all. */
export async function publish(session: Session, publication: Publication): Promise<string> {
  for (const { table, to, sourceTime } of publication.pending) {
    await session.query(
      'update refresh.applied set event_no = $2, source_ts = $3 where table_name = $1',
      [table.id, to, sourceTime],
    );
  }
  const { rows } = await session.query<{ data_version_id: string }>(
    `insert into refresh.data_versions
       (source_time, definition_hash, demonstration, full_rebuild, changed, run_id, rows, gates_hash,
        demonstrating, rolled_up)
     values ((select max(source_ts) from refresh.applied), $1, $2, $3, $4, $5, $6, $7, $8, true)
     returning data_version_id`,
    [
      publication.definitionHash,
      publication.demonstration.shows,
      publication.full,
      JSON.stringify(publication.changed),
      publication.runId,
      JSON.stringify(publication.rows),
      publication.gatesHash,
      publication.demonstration.systems,
    ],
  );
  const dataVersionId = rows[0]?.data_version_id ?? '';
  await recordReleases(session, dataVersionId, publication.gates);
  await session.query('select pg_notify($1, $2)', [PUBLISHED_CHANNEL, '']);
  return dataVersionId;
}

export interface PublishedState {
  readonly dataVersionId: string | undefined;
  readonly definitionHash: string | undefined;
  /** Systems whose rows come from demonstration data. */
  readonly demonstrating: readonly string[] | undefined;
  /** How many rows each table has; undefined where that was not counted yet. */
  readonly rows: RowCounts | undefined;
  readonly gatesHash: string | undefined;
}

/** What is published: by which definition and from which data its rows were made, and how many. */
export async function readPublished(session: Session): Promise<PublishedState> {
  const { rows } = await session.query<{
    data_version_id: string;
    definition_hash: string;
    demonstrating: string[];
    rows: RowCounts | null;
    gates_hash: string | null;
  }>(
    `select data_version_id, definition_hash, demonstrating, rows, gates_hash
     from refresh.data_versions order by data_version_id desc limit 1`,
  );
  const [newest] = rows;
  return {
    dataVersionId: newest?.data_version_id,
    definitionHash: newest?.definition_hash,
    demonstrating: newest?.demonstrating,
    rows: newest?.rows ?? undefined,
    gatesHash: newest?.gates_hash ?? undefined,
  };
}
