import type {
  MutationResolvers,
  QueryResolvers,
  RefreshRunConnectionResolvers,
  RefreshRunEdgeResolvers,
  RefreshRunResolvers,
} from '../generated/resolvers';
import { countRefreshRuns, readRefreshRuns, runCursor } from '../query/refreshRuns';
import { withCallersErrors } from './errors';
import { requireRight } from './rights';

export const refreshRuns: NonNullable<QueryResolvers['refreshRuns']> = async (
  _source,
  { first, after },
  context,
) => {
  requireRight(context, 'quality:read', 'refresh:run');
  const { database } = await context.snapshot();
  return withCallersErrors(() => readRefreshRuns(database, first ?? null, after ?? null));
};

/** Answers at once: what becomes of the run stands in refreshRuns. */
export const refresh: NonNullable<MutationResolvers['refresh']> = async (
  _source,
  { full },
  context,
) => {
  requireRight(context, 'refresh:run');
  const { jobId } = await context.enqueueRefresh(full === true);
  return {
    run_id: `queued:${jobId}`,
    reason: 'asked for',
    full_rebuild: full === true,
    status: 'QUEUED',
    started_at: null,
    finished_at: null,
    data_version_id: null,
    steps: null,
    changed: null,
  };
};

export const refreshRunPage: RefreshRunConnectionResolvers = {
  nodes: (page) => page.runs,
  edges: (page) => page.runs,
  pageInfo: ({ runs, hasNextPage, hasPreviousPage }) => {
    const [first, last] = [runs.at(0), runs.at(-1)];
    return {
      hasNextPage,
      hasPreviousPage,
      // The record of runs is no part of the data that they publish.
      dataVersionChanged: false,
      startCursor: first ? runCursor(first) : null,
      endCursor: last ? runCursor(last) : null,
    };
  },
  totalCount: async (_page, _arguments, context) =>
    countRefreshRuns((await context.snapshot()).database),
};

export const refreshRunEdge: RefreshRunEdgeResolvers = {
  node: (run) => run,
  cursor: runCursor,
};

export const refreshRunFields: RefreshRunResolvers = {
  id: (run) => run.run_id,
  full: (run) => run.full_rebuild,
  startedAt: (run) => run.started_at,
  finishedAt: (run) => run.finished_at,
  dataVersionId: (run) => run.data_version_id,
  // They count rows of everybody.
  changes: ({ changed }, _arguments, { viewer }) =>
    viewer?.scope || !changed
      ? null
      : Object.entries(changed).map(([table, { inserted = 0, updated = 0, deleted = 0 }]) => ({
          table,
          inserted,
          updated,
          deleted,
        })),
};
