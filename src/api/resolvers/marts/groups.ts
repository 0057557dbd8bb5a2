import type { GraphQLResolveInfo } from 'graphql';
import { aggregatesOf, COUNTS, type Aggregate } from '../../model/aggregates';
import type { Mart } from '../../model/mart';
import {
  readGroups,
  type Group,
  type GroupPage,
  type GroupsRequest,
  type GroupsWants,
} from '../../query/groups/groups';
import type { RequestContext } from '../request/context';
import { withCallersErrors } from '../request/errors';
import { pageFields } from '../request/pageFields';
import { published } from '../request/published';
import { requireTable } from '../request/rights';
import { Selection } from '../request/selection';
import { countShownKeys } from './shownBins';

/** The resolver of a field that pages through a mart's groups. */
export function groupsOf(mart: Mart) {
  return async (
    _source: unknown,
    request: GroupsRequest,
    context: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<GroupPage> => {
    const { database, query } = await published(context);
    requireTable(query.viewer, mart);
    const asked = Selection.below(info);
    const group = groupAsked(asked);
    const wants = groupsWants(mart, asked, group);
    return context.loaders.moment.during(() =>
      withCallersErrors(async () => {
        const page = await readGroups(database, mart, request, wants, query);
        context.budget.spend(page.groups.length, group.width());
        countShownKeys(context, mart, page.groups);
        return page;
      }),
    );
  };
}

export const groupPages = pageFields(
  ({ groups }: GroupPage) => groups,
  (page, group) => page.cursorOf(group),
);

/** An aggregate of which no measure is asked for is there all the same. */
export function groupFields(mart: Mart): Readonly<Record<string, (group: Group) => object>> {
  return Object.fromEntries(
    aggregatesOf(mart).map((aggregate) => [aggregate, (group: Group) => group[aggregate] ?? {}]),
  );
}

function groupAsked(asked: Selection): Selection {
  return asked.under('nodes').and(asked.under('edges').under('node'));
}

function groupsWants(mart: Mart, asked: Selection, group: Selection): GroupsWants {
  const aggregates: Partial<Record<Aggregate, readonly string[]>> = {};
  for (const aggregate of aggregatesOf(mart)) {
    const names = group.under(aggregate).names();
    const fields = mart.measures.map(({ field }) => field).filter((field) => names.has(field));
    if (fields.length > 0) aggregates[aggregate] = fields;
  }
  return {
    aggregates,
    counts: COUNTS.filter((count) => group.has(count)),
    totalCount: asked.has('totalCount'),
    suppressedGroups: asked.has('suppressedGroups'),
    pageInfo: asked.under('pageInfo').has('hasNextPage', 'hasPreviousPage'),
  };
}
