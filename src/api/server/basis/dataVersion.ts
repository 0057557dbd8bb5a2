import { isoMoment } from '../../../ground/types/dateTime';
import type { DataVersion } from '../../resolvers/request/request';

/** A row of {@link NEWEST_VERSION}; all of it is null where a join found none. */
export interface DataVersionRow {
  readonly id: string | null;
  readonly publishedAt: string | null;
  readonly sourceTime: string | null;
  readonly demonstration: boolean | null;
  readonly rolledUp: boolean | null;
}

export const NEWEST_VERSION = `
  select data_version_id as id, published_at as "publishedAt", source_time as "sourceTime", demonstration,
    rolled_up as "rolledUp"
  from refresh.data_versions order by data_version_id desc limit 1`;

export function dataVersionOf(row: DataVersionRow): DataVersion | null {
  const { id, publishedAt, sourceTime, demonstration, rolledUp } = row;
  if (id === null || publishedAt === null) return null;
  return {
    id,
    publishedAt,
    sourceTime,
    demonstration: demonstration === true,
    rolledUp: rolledUp === true,
  };
}

/** What every answer tells of the version that it is from. */
export function shownVersion({ id, publishedAt }: DataVersion): {
  id: string;
  publishedAt: string;
} {
  return { id, publishedAt: isoMoment(publishedAt) };
}
