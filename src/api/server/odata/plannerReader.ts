import type { From, Page, Reader, Row } from '../../odata/answer/reader';
import type { Key } from '../../odata/asked/resource';
import type { GroupsQuery, RowsQuery } from '../../odata/asked/rowsQuery';
import type { Aggregate } from '../../model/aggregates';
import { readGroups, type Group } from '../../query/groups/groups';
import { readPage, type Row as PlannedRow } from '../../query/pages/page';
import { countShownBins, countShownKeys } from '../../resolvers/marts/shownBins';
import { addExpanded } from './expandedRows';
import type { PlannerReading } from './plannerReading';
import { AGGREGATES } from '../../odata/model/entityModelOf';
import { plannedField, type PlannedTable } from './plannedTable';
import { plannerFilter } from './plannerFilter';
import { plannerGroupOrder, plannerOrder } from './plannerOrder';
import { neededFields, shownRow } from './shownRows';

/** Reads by the planner, which decides what the caller sees. */
export class PlannerReader implements Reader {
  constructor(private readonly reading: PlannerReading) {}

  async rows(query: RowsQuery, from: From): Promise<Page> {
    const { database, context } = this.reading;
    const planned = this.planned(query);
    const page = await readPage(
      database,
      planned.table,
      {
        filter: query.filter && plannerFilter(query.filter, planned),
        orderBy: plannerOrder(query.order, planned),
        first: from.size,
        after: from.cursor,
        skip: from.skip,
      },
      { fields: neededFields(query, planned), totalCount: from.count, pageInfo: false },
      context,
    );
    const last = page.rows.at(-1);
    const next = page.hasNextPage && last ? page.cursorOf(last) : undefined;
    const rows = await this.shown(query, planned, page.rows);
    return { rows, next, total: page.totalCount ?? undefined };
  }

  async row(query: RowsQuery, key: Key): Promise<Row | undefined> {
    const { database, context } = this.reading;
    const planned = this.planned(query);
    const filter = Object.fromEntries([...key].map(([name, value]) => [name, { eq: value }]));
    const { rows } = await readPage(
      database,
      planned.table,
      { filter, first: 1 },
      { fields: neededFields(query, planned), totalCount: false, pageInfo: false },
      context,
    );
    const [row] = await this.shown(query, planned, rows);
    return row;
  }

  async count(query: RowsQuery): Promise<number> {
    const { database, context } = this.reading;
    const planned = this.planned(query);
    const page = await readPage(
      database,
      planned.table,
      { filter: query.filter && plannerFilter(query.filter, planned), first: 0 },
      { fields: [], totalCount: true, pageInfo: false },
      context,
    );
    return page.totalCount ?? 0;
  }

  async groups(query: GroupsQuery, from: From): Promise<Page> {
    const { database, context, budget } = this.reading;
    const planned = this.planned(query);
    const { mart } = planned;
    if (!mart) throw new Error(`${planned.table.name} is no mart.`);
    const withholds =
      (context.minGroupCompanies ?? 0) > 0 && !context.viewer.rights.has('bin:read');
    const page = await readGroups(
      database,
      mart,
      {
        by: query.keys.map(({ name }) => plannedField(planned, name).group?.by),
        filter: query.filter && plannerFilter(query.filter, planned),
        orderBy: plannerGroupOrder(query, planned),
        first: from.size,
        after: from.cursor,
        skip: from.skip,
      },
      {
        aggregates: wantedAggregates(query),
        counts: query.counts.length > 0 ? ['rows'] : [],
        totalCount: from.count,
        suppressedGroups: withholds,
        pageInfo: false,
      },
      context,
    );
    budget.spend(page.groups.length, widthOfGroups(query));
    countShownKeys(this.reading, mart, page.groups);
    const last = page.groups.at(-1);
    return {
      rows: page.groups.map((group) => shownGroup(group, query, planned)),
      next: page.hasNextPage && last ? page.cursorOf(last) : undefined,
      total: page.totalCount ?? undefined,
      suppressed: page.suppressedGroups ?? undefined,
    };
  }

  private async shown(
    query: RowsQuery,
    planned: PlannedTable,
    rows: readonly PlannedRow[],
  ): Promise<readonly Row[]> {
    const { budget } = this.reading;
    budget.spend(rows.length, query.select.length);
    countShownBins(this.reading, planned.table, rows);
    const shown = rows.map((row) => shownRow(row, query, planned));
    for (const expanded of query.expand) {
      await addExpanded(shown, planned, expanded, this.reading);
    }
    return shown;
  }

  private planned({ set }: Pick<RowsQuery, 'set'>): PlannedTable {
    const planned = this.reading.tables.get(set.name);
    if (!planned) throw new Error(`There is no table for the set ${set.name}.`);
    return planned;
  }
}

export function widthOfGroups({ keys, aggregates, counts }: GroupsQuery): number {
  return keys.length + aggregates.length + counts.length;
}

function wantedAggregates({ aggregates }: GroupsQuery): Partial<Record<Aggregate, string[]>> {
  const wanted: Partial<Record<Aggregate, string[]>> = {};
  for (const { method, property } of aggregates) {
    const fields = (wanted[AGGREGATES[method]] ??= []);
    if (!fields.includes(property.name)) fields.push(property.name);
  }
  return wanted;
}

function shownGroup(group: Group, query: GroupsQuery, planned: PlannedTable): Row {
  const shown: Record<string, unknown> = {};
  for (const { name } of query.keys) {
    shown[name] = group.key[plannedField(planned, name).group?.key ?? name];
  }
  for (const { alias, method, property } of query.aggregates) {
    shown[alias] = group[AGGREGATES[method]]?.[property.name];
  }
  for (const name of query.counts) shown[name] = group.rows;
  return shown;
}
