import type { Viewer } from '../../access/viewer';
import type { Asked } from '../../odata/asked/readAsked';
import type { Expanded, GroupsQuery, RowsQuery } from '../../odata/asked/rowsQuery';
import { MAX_PAGE } from '../../odata/answer/answerFor';
import { groupsCost, type GroupSight } from '../cost/groupsCost';
import type { Price } from '../cost/priceReading';
import { RATES } from '../cost/rates';
import { linkedPageCost, rootPageCost } from '../cost/rowsCost';
import type { TableSizes } from '../cost/tableSizes';
import type { PlannedTable, PlannedTables } from './plannedTable';
import { plannerFilter } from './plannerFilter';
import { plannerGroupOrder, plannerOrder } from './plannerOrder';
import { AGGREGATES } from '../../odata/model/entityModelOf';
import { plannedField } from './plannedTable';

export interface PricedBy {
  readonly tables: PlannedTables;
  readonly sizes: TableSizes;
  sightOf(viewer: Viewer): GroupSight;
}

/** Of one row's linked rows three times as many are reckoned with as an average row has. */
const BEYOND_AVERAGE = 3;

/** What a request could cost, and how many values its answer could hold, by the rates of GraphQL. */
export function odataPrice(asked: Asked, viewer: Viewer, priced: PricedBy): Price {
  switch (asked.kind) {
    case 'rows':
      return rowsPrice(asked.query, { ...asked.query, after: asked.skipToken }, priced);
    case 'row':
      return rowsPrice(asked.query, { top: 1, skip: 0, after: undefined }, priced);
    case 'count':
      return rowsPrice(
        { ...asked.query, select: [], count: true },
        { top: 0, skip: 0, after: undefined },
        priced,
      );
    case 'groups':
      return groupsPrice(asked.query, viewer, priced);
    default:
      return { cost: RATES.request, values: 0 };
  }
}

interface Place {
  readonly top: number | undefined;
  readonly skip: number;
  readonly after: string | undefined;
}

function rowsPrice(query: RowsQuery, { top, skip, after }: Place, priced: PricedBy): Price {
  const planned = tableOf(query, priced);
  const { sizes } = priced;
  const rows = Math.min(top ?? MAX_PAGE, MAX_PAGE, sizes(planned.table.table));
  const args = {
    filter: query.filter && plannerFilter(query.filter, planned),
    orderBy: plannerOrder(query.order, planned),
    // Rows that are passed over are read as those before a cursor are.
    after: skip > 0 ? 'skip' : after,
  };
  const beside = { totalCount: query.count, pageInfo: false };
  let cost = RATES.request + rootPageCost(planned.table, args, rows, beside, sizes);
  let values = rows * query.select.length;
  for (const expanded of query.expand) {
    const below = expandedPrice(expanded, planned, rows, priced);
    cost += below.cost;
    values += below.values;
  }
  return { cost: Math.ceil(cost + values * RATES.value), values };
}

function expandedPrice(
  { navigation, query }: Expanded,
  from: PlannedTable,
  parents: number,
  priced: PricedBy,
): Price {
  const { table } = tableOf(query, priced);
  const { sizes } = priced;
  const average = Math.ceil((BEYOND_AVERAGE * sizes(table.table)) / sizes(from.table.table));
  const most = navigation.many ? Math.min(query.top ?? MAX_PAGE, MAX_PAGE, average) : 1;
  const planned = tableOf(query, priced);
  const args = {
    filter: query.filter && plannerFilter(query.filter, planned),
    orderBy: plannerOrder(query.order, planned),
  };
  const beside = { totalCount: query.count, pageInfo: false };
  const { each, once } = linkedPageCost(table, args, most, beside, sizes);
  return { cost: once + parents * each, values: parents * most * query.select.length };
}

function groupsPrice(query: GroupsQuery, viewer: Viewer, priced: PricedBy): Price {
  const planned = tableOf(query, priced);
  const { mart } = planned;
  if (!mart) return { cost: RATES.request, values: 0 };
  const sight = priced.sightOf(viewer);
  const aggregates = new Map<string, number>();
  for (const { method } of query.aggregates) {
    const name = AGGREGATES[method];
    aggregates.set(name, (aggregates.get(name) ?? 0) + 1);
  }
  const args = {
    by: query.keys.map(({ name }) => plannedField(planned, name).group?.by),
    filter: query.filter && plannerFilter(query.filter, planned),
    orderBy: plannerGroupOrder(query, planned),
  };
  const counts = new Set(query.counts.length > 0 ? ['rows'] : []);
  const times = 1 + Number(query.count) + Number(sight.withheld);
  const own = groupsCost(mart, args, { aggregates, counts, times }, sight, priced.sizes);
  const width = query.keys.length + query.aggregates.length + query.counts.length;
  const values = Math.min(query.top ?? MAX_PAGE, MAX_PAGE) * width;
  return { cost: Math.ceil(RATES.request + own + values * RATES.value), values };
}

function tableOf({ set }: Pick<RowsQuery, 'set'>, { tables }: PricedBy): PlannedTable {
  const planned = tables.get(set.name);
  if (!planned) throw new Error(`There is no table for the set ${set.name}.`);
  return planned;
}
