import { shownByCaller } from '../query/shownValue';
import type { DataVersion } from '../resolvers/request';

/** A row of {@link NEWEST_VERSION}; all of it is null where a join found none. */
export interface DataVersionRow {
  readonly id: string | null;
  readonly publishedAt: string | null;
  readonly sourceTime: string | null;
}

/** Moments as PostgreSQL writes them in UTC, whatever the connection's time zone. */
export const NEWEST_VERSION = `
  select data_version_id as id, (published_at at time zone 'UTC')::text as "publishedAt",
    (source_time at time zone 'UTC')::text as "sourceTime"
  from refresh.data_versions order by data_version_id desc limit 1`;

export function dataVersionOf({ id, publishedAt, sourceTime }: DataVersionRow): DataVersion | null {
  return id === null || publishedAt === null ? null : { id, publishedAt, sourceTime };
}

/** What every answer tells of the version that it is from. */
export function shownVersion({ id, publishedAt }: DataVersion): {
  id: string;
  publishedAt: unknown;
} {
  return { id, publishedAt: shownByCaller('DateTime', publishedAt) };
}
