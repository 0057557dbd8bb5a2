import { screamingSnake } from '../../model/names';
import type { GroupsQuery, OrderTerm } from '../../odata/asked/rowsQuery';
import { AGGREGATES } from '../../odata/model/entityModelOf';
import { plannedField, type PlannedTable } from './plannedTable';

/** Null is less than every value, as OData has it. */
function directed({ descending }: OrderTerm) {
  return descending
    ? ({ direction: 'DESC', nulls: 'LAST' } as const)
    : ({ direction: 'ASC', nulls: 'FIRST' } as const);
}

export function plannerOrder(terms: readonly OrderTerm[], planned: PlannedTable) {
  return terms.map((term) => ({
    field: plannedField(planned, term.property).order,
    ...directed(term),
  }));
}

export function plannerGroupOrder(query: GroupsQuery, planned: PlannedTable) {
  return query.order.map((term) => {
    const aggregate = query.aggregates.find(({ alias }) => alias === term.property);
    if (aggregate) {
      const { method, property } = aggregate;
      return { [AGGREGATES[method]]: screamingSnake(property.name), ...directed(term) };
    }
    if (query.counts.includes(term.property)) return { rows: true, ...directed(term) };
    return { key: plannedField(planned, term.property).group?.by, ...directed(term) };
  });
}
