import { createHash } from 'node:crypto';
import type { DumpRecord } from './dumpRecord';

/** What tells two contents of one coordinate apart; the SQL below computes the same. */
export function contentHash({ key, payload }: DumpRecord): string {
  const content = `${key === null ? '' : `k${key}`}|${payload === null ? '' : `p${payload}`}`;
  return createHash('md5').update(content).digest('hex');
}

/** The same for an event that still has its content. */
export const CONTENT_HASH = `md5(coalesce('k' || record_key, '') || '|' || coalesce('p' || payload, ''))`;

/** The same for any event of Bronze: of one that was folded it was kept. */
export const KEPT_HASH = `coalesce(replace(content_hash::text, '-', ''), ${CONTENT_HASH})`;
