import type { Knex } from 'knex';
import { joined, nothing, rowsOf, sql } from '../../../ground/database/sql';
import type { Mart } from '../../model/mart';
import { AGGREGATES, type Aggregate, type Count } from '../../model/aggregates';
import { aggregateColumn, type AggregateColumn, uniqueColumns } from '../aggregates/aggregate';
import type { QueryContext } from '../columns/context';
import { CursorForm } from '../arguments/cursor';
import { readFilter } from '../arguments/filter';
import { readGroupFilter, type GroupFilter } from '../aggregates/groupFilter';
import { readGroupKeys } from '../aggregates/groupKeys';
import { readGroupOrder } from '../aggregates/groupOrder';
import { groupColumns, groupOf, restated, type Group, type RawGroup } from './groupReading';
import type { Grouping } from '../aggregates/groupedRows';
import { groupStatement } from './groupStatement';
import { countRows, readSlice, type RowSet } from '../arguments/keyset';
import { isJudged } from '../smallGroups/judges';
import { isOfLatestYear, withheldCount } from '../smallGroups/smallGroups';
import { readWindow } from '../arguments/window';

/** The arguments of a field of groups, as GraphQL gives them. */
export interface GroupsRequest {
  readonly by: unknown;
  readonly filter?: unknown;
  readonly filterGroups?: unknown;
  readonly orderBy?: unknown;
  readonly first?: unknown;
  readonly after?: unknown;
  /** How many groups are passed over before the first; GraphQL does not offer it. */
  readonly skip?: number;
}

/** What of the answer is asked for; only this is computed. */
export interface GroupsWants {
  /** Fields of measures by aggregate, e.g. {total: ['loanFunds']}. */
  readonly aggregates: Readonly<Partial<Record<Aggregate, readonly string[]>>>;
  readonly counts: readonly Count[];
  readonly totalCount: boolean;
  readonly suppressedGroups?: boolean;
  /** False where neither hasNextPage nor hasPreviousPage is read; absent means true. */
  readonly pageInfo?: boolean;
}

export type { AggregateValues, Group } from './groupReading';

export interface GroupPage {
  readonly groups: readonly Group[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** It goes on from a cursor of another data version. */
  readonly dataVersionChanged: boolean;
  /** Null where it was not asked for. */
  readonly totalCount: number | null;
  /** How many groups are withheld, on all pages together; null where it was not asked for. */
  readonly suppressedGroups: number | null;
  cursorOf(group: Group): string;
}

/** Reads one page of groups. Throws BadInput where an argument cannot be used. */
export async function readGroups(
  database: Knex,
  mart: Mart,
  request: GroupsRequest,
  wants: GroupsWants,
  context: QueryContext,
): Promise<GroupPage> {
  const keys = readGroupKeys(mart, request.by);
  const order = readGroupOrder(mart, keys, request.orderBy);
  const meant = readGroupFilter(mart, request.filterGroups);
  const wanted = wantedAggregates(mart, wants);
  const grouping: Grouping = {
    mart,
    keys,
    condition: readFilter(mart, request.filter, context),
    aggregates: uniqueColumns([...wanted, ...order.aggregates, ...meant.aggregates]),
    // Rows are counted always: without keys nothing else would make one group of all rows.
    counts: [...new Set<Count>(['rows', ...wants.counts, ...order.counts, ...meant.counts])],
  };
  const names = `${mart.name} by ${keys.map(({ name }) => name).join(' ')}`;
  const cursors = new CursorForm(order.terms, names, context.dataVersionId);
  const { first, after, skip = 0 } = request;
  const window = readWindow({ first, after, skip }, cursors);

  const slice = await readSlice<RawGroup>(
    database,
    groupsOf(grouping, meant, context),
    order.terms,
    window,
    wants.pageInfo !== false,
  );
  const raws = new Map<Group, RawGroup>();
  for (const row of slice.rows) {
    const raw = restated(row, grouping);
    raws.set(groupOf(raw, keys, wants.counts, wanted), raw);
  }
  const groups = [...raws.keys()];
  let totalCount: number | null = null;
  if (wants.totalCount) {
    // What decides whether a group is withheld goes on to do so.
    const deciding = grouping.aggregates.filter((column) => isOfLatestYear(column, keys));
    const bare: Grouping = {
      ...grouping,
      aggregates: uniqueColumns([
        ...meant.aggregates,
        ...(isJudged(mart, context) ? deciding : []),
      ]),
      counts: [...new Set<Count>(['rows', ...meant.counts])],
    };
    totalCount = slice.whole
      ? groups.length
      : await countRows(database, groupsOf(bare, meant, context));
  }
  return {
    groups,
    hasNextPage: slice.hasNextPage,
    hasPreviousPage: slice.hasPreviousPage,
    dataVersionChanged: window.dataVersionChanged,
    totalCount,
    suppressedGroups: wants.suppressedGroups
      ? await countWithheld(database, grouping, context)
      : null,
    cursorOf(group) {
      const raw = raws.get(group);
      if (!raw) throw new Error('A cursor was asked for of a group of another page.');
      return cursors.write(order.terms.map(({ alias }) => raw[alias]));
    },
  };
}

async function countWithheld(
  database: Knex,
  grouping: Grouping,
  context: QueryContext,
): Promise<number> {
  if (!isJudged(grouping.mart, context)) return 0;
  const [answer] = await rowsOf<{ count: string }>(database, withheldCount(grouping, context));
  return Number(answer?.count);
}

function groupsOf(
  grouping: Grouping,
  { conditions: meant }: GroupFilter,
  context: QueryContext,
): RowSet {
  return {
    preface: groupStatement(grouping, context),
    columns: groupColumns(grouping),
    from: sql`groups`,
    where: (...conditions) => {
      const all = [...meant, ...conditions];
      return all.length === 0 ? nothing : sql`where ${joined(all, ' and ')}`;
    },
  };
}

function wantedAggregates(mart: Mart, { aggregates }: GroupsWants): AggregateColumn[] {
  return AGGREGATES.flatMap((aggregate) =>
    (aggregates[aggregate] ?? []).map((field) => {
      const measure = mart.measures.find((known) => known.field === field);
      if (!measure) throw new Error(`${mart.name} has no measure ${field}.`);
      return aggregateColumn(aggregate, measure);
    }),
  );
}
