import { createHash } from 'node:crypto';
import type { BinMask } from '../../access/bins/binMask';
import type { Viewer } from '../../access/viewer';
import { visibilityOf } from '../../access/visibility';
import type { Format } from '../../export/lines';
import { isoMoment } from '../../../ground/types/dateTime';
import type { DataVersion } from '../../resolvers/request/request';

const TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** What the file is: its name, its rows, and the data version that all of it is from. */
export function exportHeaders(
  rootField: string,
  format: Format,
  { id, publishedAt, sourceTime }: DataVersion,
  rows: number,
): Readonly<Record<string, string>> {
  return {
    'content-type': TYPES[format],
    'content-disposition': `attachment; filename="${rootField}-${id}.${format}"`,
    'x-data-version': id,
    'x-published-at': isoMoment(publishedAt),
    ...(sourceTime !== null && { 'x-source-time': isoMoment(sourceTime) }),
    'x-total-count': String(rows),
  };
}

/**
 * Known before anything is read: a file depends on its address, the data version and what the caller sees. It is a
 * weak tag, since the bytes of a packed file are for zlib to choose.
 */
export function exportTag(
  url: string,
  packed: boolean,
  viewer: Viewer,
  { id, publishedAt }: DataVersion,
  { binMask }: { readonly binMask: BinMask },
): string {
  const all = [url, packed, visibilityOf(viewer), id, publishedAt, binMask];
  const hash = createHash('sha256').update(JSON.stringify(all)).digest('base64url');
  return `W/"${hash.slice(0, 32)}"`;
}
