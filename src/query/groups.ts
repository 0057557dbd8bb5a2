import type { Knex } from 'knex';
import type { Mart } from '../model/mart';
import type { QueryContext } from './context';

/** The arguments of a field of groups, as GraphQL gives them. */
export interface GroupsRequest {
  readonly by: unknown;
  readonly filter?: unknown;
  readonly orderBy?: unknown;
  readonly first?: unknown;
  readonly after?: unknown;
}

export const AGGREGATES = ['total', 'sum', 'avg', 'min', 'max', 'count'] as const;
export type Aggregate = (typeof AGGREGATES)[number];
export const COUNTS = ['rows', 'companies', 'participations'] as const;
export type Count = (typeof COUNTS)[number];

/** What of the answer is asked for; only this is computed. */
export interface GroupsWants {
  /** Fields of measures by aggregate, e.g. {total: ['loanFunds']}. */
  readonly aggregates: Readonly<Partial<Record<Aggregate, readonly string[]>>>;
  readonly counts: readonly Count[];
  readonly totalCount: boolean;
  /** False where hasPreviousPage is not read; absent means true. */
  readonly pageInfo?: boolean;
}

/** Amounts are exact strings with two decimals; counts, and sums of counts, are numbers. */
export type AggregateValues = Readonly<Record<string, string | number | null>>;

/** One group; of aggregates and counts, those asked for. */
export interface Group extends Readonly<Partial<Record<Aggregate, AggregateValues>>> {
  /** By the group field of each dimension of `by`, e.g. {year: 2024, reportType: 'YEARLY'}. */
  readonly key: Readonly<Record<string, string | number | boolean | null>>;
  readonly rows?: number;
  readonly companies?: number;
  readonly participations?: number;
}

export interface GroupPage {
  readonly groups: readonly Group[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Null where it was not asked for. */
  readonly totalCount: number | null;
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
  throw new Error(`${mart.name}: ${String([database, request, wants, context].length)}`);
}
