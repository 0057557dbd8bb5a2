import { PUBLISHED_CHANNEL } from '../database/channels';
import type { Session } from '../database/session';
import type { Pending } from './newestEvents';
import type { RowChanges } from './rowChanges';

export interface Publication {
  readonly runId: string;
  readonly pending: readonly Pending[];
  readonly definitionHash: string;
  readonly demonstration: boolean;
  readonly full: boolean;
  readonly changed: Readonly<Record<string, RowChanges>>;
}

/** Marks the pending events as applied and names the new state of the data: one commit for all. */
export async function publish(session: Session, publication: Publication): Promise<string> {
  for (const { table, to, sourceTime } of publication.pending) {
    await session.query(
      'update refresh.applied set event_no = $2, source_ts = $3 where table_name = $1',
      [table, to, sourceTime],
    );
  }
  const { rows } = await session.query<{ data_version_id: string }>(
    `insert into refresh.data_versions (source_time, definition_hash, demonstration, full_rebuild, changed, run_id)
     values ((select max(source_ts) from refresh.applied), $1, $2, $3, $4, $5)
     returning data_version_id`,
    [
      publication.definitionHash,
      publication.demonstration,
      publication.full,
      JSON.stringify(publication.changed),
      publication.runId,
    ],
  );
  const dataVersionId = rows[0]?.data_version_id ?? '';
  await session.query('select pg_notify($1, $2)', [PUBLISHED_CHANNEL, dataVersionId]);
  return dataVersionId;
}

export interface PublishedState {
  readonly definitionHash: string | undefined;
  readonly demonstration: boolean | undefined;
}

/** By which definition and from which data the published rows were made. */
export async function readPublished(session: Session): Promise<PublishedState> {
  const { rows } = await session.query<{ definition_hash: string; demonstration: boolean }>(
    `select definition_hash, demonstration from refresh.data_versions
     order by data_version_id desc limit 1`,
  );
  return { definitionHash: rows[0]?.definition_hash, demonstration: rows[0]?.demonstration };
}
