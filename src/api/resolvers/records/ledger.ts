import {
  countLedgerEntries,
  ledgerEntries,
  type LedgerFilter,
  type LedgerRecord,
} from '../../access/ledger/readLedger';
import type { LedgerEntryConnectionResolvers, QueryResolvers } from '../../generated/resolvers';
import { readRecordPage, type RecordPage } from '../../query/arguments/recordPage';
import { readValue } from '../../query/values/value';
import { withCallersErrors } from '../request/errors';
import { recordPageFields, type RecordEdge } from '../request/recordPage';
import { requireRight, requireUnconfined } from '../request/rights';

export type ToldEntry = LedgerRecord;
export type LedgerEdge = RecordEdge<ToldEntry>;
export interface LedgerPage extends RecordPage<ToldEntry> {
  /** What the page is of. */
  readonly filter: LedgerFilter;
}

export const ledger: NonNullable<QueryResolvers['ledger']> = async (_source, given, context) => {
  requireUnconfined(requireRight(context, 'keys:manage'));
  const { database } = await context.snapshot();
  return withCallersErrors(async () => {
    const filter = {
      caller: textOf(given.caller, 'caller'),
      kind: given.kind ?? undefined,
      operation: textOf(given.operation, 'operation'),
      since: given.since ?? undefined,
      until: given.until ?? undefined,
    };
    const page = await readRecordPage('entry', given, (olderThan, most) =>
      ledgerEntries(database, filter, { olderThan, most }),
    );
    return { ...page, filter };
  });
};

function textOf(given: string | null | undefined, where: string): string | undefined {
  return given === null || given === undefined
    ? undefined
    : String(readValue('String', given, where));
}

const { page, edge } = recordPageFields<ToldEntry>('entry', ({ id }) => id);

export const ledgerPage: LedgerEntryConnectionResolvers = {
  ...page,
  totalCount: async ({ filter }, _arguments, context) =>
    countLedgerEntries((await context.snapshot()).database, filter),
};

export const ledgerEdge = edge;
