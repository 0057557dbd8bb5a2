import { isoMoment } from '../resolvers/isoMoment';
import type { DataVersion } from '../resolvers/request';

/** A row of {@link NEWEST_VERSION}; all of it is null where a join found none. */
export interface DataVersionRow {
  readonly id: string | null;
  readonly publishedAt: string | null;
  readonly sourceTime: string | null;
}

export const NEWEST_VERSION = `
  select data_version_id as id, published_at as "publishedAt", source_time as "sourceTime"
  from refresh.data_versions order by data_version_id desc limit 1`;

export function dataVersionOf({ id, publishedAt, sourceTime }: DataVersionRow): DataVersion | null {
  return id === null || publishedAt === null ? null : { id, publishedAt, sourceTime };
}

/** What every answer tells of the version that it is from. */
export function shownVersion({ id, publishedAt }: DataVersion): {
  id: string;
  publishedAt: string;
} {
  return { id, publishedAt: isoMoment(publishedAt) };
}
