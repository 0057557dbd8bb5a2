import type {
  QuarantinedRecordConnectionResolvers,
  QuarantinedRecordEdgeResolvers,
  QueryResolvers,
} from '../generated/resolvers';
import { countQuarantine, readQuarantine, recordCursor } from '../query/quarantine';
import { withCallersErrors } from './errors';
import { requireRight, requireUnconfined } from './rights';

/** Whom a scope confines is told of nothing that counts what belongs to others. */
export const quarantine: NonNullable<QueryResolvers['quarantine']> = async (
  _source,
  { first, after },
  context,
) => {
  const viewer = requireRight(context, 'refresh:run');
  requireUnconfined(viewer);
  const { database } = await context.snapshot();
  return withCallersErrors(() => readQuarantine(database, first ?? null, after ?? null));
};

export const quarantinedRecordPage: QuarantinedRecordConnectionResolvers = {
  nodes: (page) => page.records,
  edges: (page) => page.records,
  pageInfo: ({ records, hasNextPage, hasPreviousPage }) => {
    const [first, last] = [records.at(0), records.at(-1)];
    return {
      hasNextPage,
      hasPreviousPage,
      // What waits is no part of the data that are published.
      dataVersionChanged: false,
      startCursor: first ? recordCursor(first) : null,
      endCursor: last ? recordCursor(last) : null,
    };
  },
  totalCount: async (_page, _arguments, context) =>
    countQuarantine((await context.snapshot()).database),
};

export const quarantinedRecordEdge: QuarantinedRecordEdgeResolvers = {
  node: (record) => record,
  cursor: recordCursor,
};
