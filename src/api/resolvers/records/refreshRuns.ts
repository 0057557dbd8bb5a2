import type {
  GateResultResolvers,
  MutationResolvers,
  QueryResolvers,
  RefreshRunConnectionResolvers,
  RefreshRunEdgeResolvers,
  RefreshRunResolvers,
} from '../../generated/resolvers';
import {
  countRefreshRuns,
  queuedRun,
  readRefreshRuns,
  type GateRecord,
  type RefreshRunRecord,
} from '../../query/records/refreshRuns';
import { readRecordPage, type RecordPage } from '../../query/arguments/recordPage';
import { isMart } from '../../model/lookup';
import type { Model } from '../../model/mart';
import type { RequestContext } from '../request/context';
import { withCallersErrors } from '../request/errors';
import { recordPageFields, type RecordEdge } from '../request/recordPage';
import { requireRight, requireUnconfined } from '../request/rights';

export type RunPage = RecordPage<RefreshRunRecord>;
export type RunEdge = RecordEdge<RefreshRunRecord>;

export const refreshRuns: NonNullable<QueryResolvers['refreshRuns']> = async (
  _source,
  given,
  context,
) => {
  requireRight(context, 'quality:read', 'refresh:run');
  const { database } = await context.snapshot();
  return withCallersErrors(() =>
    readRecordPage('run', given, (olderThan, most) => readRefreshRuns(database, olderThan, most)),
  );
};

/** Answers at once: what becomes of the run stands in refreshRuns. */
export const refresh: NonNullable<MutationResolvers['refresh']> = async (
  _source,
  { full },
  context,
) => {
  requireRight(context, 'refresh:run');
  const { jobId } = await context.enqueueRefresh(full === true);
  return queuedRun(jobId, 'asked for', full === true);
};

/** A caller confined to a scope sees a part of the rows, and cannot judge all of them. */
export const releaseHeldRun: NonNullable<MutationResolvers['releaseHeldRun']> = async (
  _source,
  { runId, why },
  context,
) => {
  const viewer = requireRight(context, 'refresh:run');
  requireUnconfined(viewer);
  const { jobId } = await context.releaseHeldRun(viewer, runId, why);
  return queuedRun(jobId, 'release', false);
};

const { page, edge } = recordPageFields<RefreshRunRecord>('run', ({ run_id }) => run_id);

export const refreshRunPage: RefreshRunConnectionResolvers = {
  ...page,
  totalCount: async (_page, _arguments, context) =>
    countRefreshRuns((await context.snapshot()).database),
};

export const refreshRunEdge: RefreshRunEdgeResolvers = edge;

export const refreshRunFields: RefreshRunResolvers = {
  id: (run) => run.run_id,
  full: (run) => run.full_rebuild,
  startedAt: (run) => run.started_at,
  finishedAt: (run) => run.finished_at,
  dataVersionId: (run) => run.data_version_id,
  // They count rows of everybody.
  changes: ({ changed, tables }, _arguments, { viewer }) =>
    viewer?.scope || !changed
      ? null
      : Object.entries(changed).map(([table, { inserted = 0, updated = 0, deleted = 0 }]) => ({
          table,
          inserted,
          updated,
          deleted,
          read: tables?.[table]?.read ?? null,
          published: tables?.[table]?.published ?? null,
        })),
  error: forAllRows(({ sentence }) => sentence),
  gates: forAllRows(({ gates }) => gates),
  releases: forAllRows(({ releases }) => releases ?? []),
};

export const gateResultFields = (model: Model): GateResultResolvers => ({
  unit: ({ measure }) => (measure === 'ROWS' ? 'ROWS' : 'PERCENT'),
  examples: ({ table, examples }) =>
    examples.map((keys) => ({
      reportId: numberOf(keys['report_id']),
      serviceRequestId: numberOf(keys['service_request_id']),
      companyId: numberOf(keys['company_id']),
      key: servedKey(model, table, keys),
    })),
});

/** Closed by default: of a key that was written down, what the API serves to everybody. */
function servedKey(model: Model, table: string, keys: GateRecord['examples'][number]) {
  const served = [...model.marts, ...model.entities].find((each) => each.table === table);
  if (served === undefined || (isMart(served) && !served.rows)) return [];
  return served.dimensions.flatMap(({ field, column, masked, step }) => {
    const value = keys[column];
    return value === undefined || masked || step ? [] : [{ field, value: String(value) }];
  });
}

/** Keys of other systems may be texts. */
function numberOf(key: string | number | undefined): number | null {
  return typeof key === 'number' ? key : null;
}

/** What describes everybody's rows is not for callers confined to some. */
function forAllRows<Value>(value: (run: RefreshRunRecord) => Value) {
  return (run: RefreshRunRecord, _arguments: unknown, { viewer }: RequestContext): Value | null =>
    viewer?.scope ? null : value(run);
}
