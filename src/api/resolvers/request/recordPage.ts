import { recordCursor, type RecordPage } from '../../query/arguments/recordPage';
import { pageFields, type PageEdge } from './pageFields';

/** A record in its place on a page. */
export type RecordEdge<Entry> = PageEdge<RecordPage<Entry>, Entry>;

/** The fields of a connection's and an edge's type over records of one kind, besides `totalCount`. */
export function recordPageFields<Entry>(kind: string, idOf: (record: Entry) => string) {
  return pageFields(
    ({ records }: RecordPage<Entry>) => records,
    (_page, record) => recordCursor(kind, idOf(record)),
  );
}
