import { recordCursor, type RecordPage } from '../../query/arguments/recordPage';

/** The fields of a connection's and an edge's type over records of one kind, besides `totalCount`. */
export function recordPageFields<Entry>(kind: string, idOf: (record: Entry) => string) {
  const cursor = (record: Entry) => recordCursor(kind, idOf(record));
  return {
    page: {
      nodes: ({ records }: RecordPage<Entry>) => records,
      edges: ({ records }: RecordPage<Entry>) => records,
      pageInfo: ({ records, hasNextPage, hasPreviousPage }: RecordPage<Entry>) => {
        const [first, last] = [records.at(0), records.at(-1)];
        return {
          hasNextPage,
          hasPreviousPage,
          // What is on record is no part of the data that are published.
          dataVersionChanged: false,
          startCursor: first ? cursor(first) : null,
          endCursor: last ? cursor(last) : null,
        };
      },
    },
    edge: { node: (record: Entry) => record, cursor },
  };
}
