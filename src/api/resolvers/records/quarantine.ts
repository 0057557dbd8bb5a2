import type {
  QuarantinedRecordConnectionResolvers,
  QuarantinedRecordEdgeResolvers,
  QueryResolvers,
} from '../../generated/resolvers';
import {
  countQuarantine,
  readQuarantine,
  type QuarantinedRecord,
} from '../../query/records/quarantine';
import { readRecordPage, type RecordPage } from '../../query/arguments/recordPage';
import { withCallersErrors } from '../request/errors';
import { recordPageFields, type RecordEdge } from '../request/recordPage';
import { requireRight, requireUnconfined } from '../request/rights';

export type QuarantinePage = RecordPage<QuarantinedRecord>;
export type QuarantineEdge = RecordEdge<QuarantinedRecord>;

/** A caller confined to a scope sees no number that counts the rows of others. */
export const quarantine: NonNullable<QueryResolvers['quarantine']> = async (
  _source,
  given,
  context,
) => {
  requireUnconfined(requireRight(context, 'refresh:run'));
  const { database } = await context.snapshot();
  return withCallersErrors(() =>
    readRecordPage('record', given, (afterId, most) => readQuarantine(database, afterId, most)),
  );
};

const { page, edge } = recordPageFields<QuarantinedRecord>('record', ({ id }) => id);

export const quarantinedRecordPage: QuarantinedRecordConnectionResolvers = {
  ...page,
  totalCount: async (_page, _arguments, context) =>
    countQuarantine((await context.snapshot()).database),
};

export const quarantinedRecordEdge: QuarantinedRecordEdgeResolvers = edge;
