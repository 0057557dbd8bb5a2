import type { Session } from '../../../ground/database/session';
import type { GateResult, Release } from '../../gates/judgement';

/** What may pass although its gate says no. */
export async function standingReleases(session: Session): Promise<Release[]> {
  const { rows } = await session.query<Release>(
    'select gate, table_name as "table", value from refresh.releases where ended_version is null',
  );
  return rows;
}

/**
 * Says of releases which version they let pass first, and ends those whose gate passes by itself. A
 * release of a fall ends with the version: the next is measured against that one.
 */
export async function recordReleases(
  session: Session,
  dataVersionId: string,
  results: readonly GateResult[],
): Promise<void> {
  const placesOf = (found: readonly GateResult[]) => [
    found.map(({ gate }) => gate),
    found.map(({ table }) => table),
  ];
  const used = results.filter(({ state }) => state === 'RELEASED');
  const over = results.filter(({ state, measure }) => state !== 'RELEASED' || measure === 'FALL');
  await session.query(
    `update refresh.releases set first_version = coalesce(first_version, $1)
     where ended_version is null
       and (gate, table_name) in (select * from unnest($2::text[], $3::text[]))`,
    [dataVersionId, ...placesOf(used)],
  );
  await session.query(
    `update refresh.releases set ended_version = $1
     where ended_version is null
       and (gate, table_name) in (select * from unnest($2::text[], $3::text[]))`,
    [dataVersionId, ...placesOf(over)],
  );
}
