import type { Expanded } from '../../odata/asked/rowsQuery';
import { MAX_PAGE } from '../../odata/answer/answerFor';
import type { Row } from '../../odata/answer/reader';
import { BadInput } from '../../query/values/badInput';
import { readPages, TooManyRows } from '../../query/pages/pages';
import type { Page } from '../../query/pages/page';
import { countShownBins } from '../../resolvers/marts/shownBins';
import { plannerFilter } from './plannerFilter';
import { plannerOrder } from './plannerOrder';
import type { PlannerReading } from './plannerReading';
import type { PlannedTable } from './plannedTable';
import { neededFields, shownRow } from './shownRows';

/** Puts what rows lead to into each of them: one statement for all. */
export async function addExpanded(
  rows: readonly Row[],
  from: PlannedTable,
  { navigation, query }: Expanded,
  reading: PlannerReading,
): Promise<void> {
  const planned = reading.tables.get(query.set.name);
  if (!planned) throw new Error(`There is no table for the set ${query.set.name}.`);
  const { name, many, by } = navigation;
  const values = new Map<string, readonly number[]>();
  for (const row of rows) {
    const parent = parentOf(row, by);
    if (parent) values.set(parent.join(), parent);
  }
  const pages = await pagesBelow(planned, { navigation, query }, [...values.values()], reading);
  const shown = new Map(
    [...values.keys()].map((key, index) => {
      const page = pages[index];
      if (many && page?.hasNextPage === true && query.top === undefined) {
        throw new BadInput(
          `$expand leads from a row of ${from.table.rootField} to more than ${String(MAX_PAGE)} rows of ${name}; expected $top within it, or the rows of ${query.set.name} by themselves.`,
        );
      }
      countShownBins(reading, planned.table, page?.rows ?? []);
      const total = page?.totalCount ?? 0;
      return [key, { total, rows: (page?.rows ?? []).map((row) => shownRow(row, query, planned)) }];
    }),
  );
  for (const row of rows) {
    const found = shown.get(parentOf(row, by)?.join() ?? '');
    const into = row as Record<string, unknown>;
    // What stands in the answer twice counts twice, though it was read once.
    reading.budget.spend(found?.rows.length ?? 0, query.select.length);
    into[name] = many ? (found?.rows ?? []) : (found?.rows[0] ?? null);
    if (query.count) into[`${name}@odata.count`] = found?.total ?? 0;
  }
}

async function pagesBelow(
  planned: PlannedTable,
  { navigation, query }: Expanded,
  values: readonly (readonly number[])[],
  { database, context, budget }: PlannerReading,
): Promise<readonly Page[]> {
  if (values.length === 0) return [];
  const most = budget.rowsLeft(query.select.length);
  try {
    return await readPages(
      database,
      planned.table,
      {
        filter: query.filter && plannerFilter(query.filter, planned),
        orderBy: plannerOrder(query.order, planned),
        first: navigation.many ? Math.min(MAX_PAGE, query.top ?? MAX_PAGE) : 1,
      },
      { fields: neededFields(query, planned), totalCount: query.count, pageInfo: false },
      context,
      { by: navigation.by, values },
      most,
    );
  } catch (error) {
    throw error instanceof TooManyRows ? budget.exceeded() : error;
  }
}

/** Undefined where one of them is null, so that the row leads nowhere. */
function parentOf(row: Row, by: readonly string[]): readonly number[] | undefined {
  const values = by.map((name) => row[name]);
  return values.every((value) => typeof value === 'number') ? values : undefined;
}
