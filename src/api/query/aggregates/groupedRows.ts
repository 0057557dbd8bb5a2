import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import { isOfItems } from '../../model/lookup';
import type { Mart, Measure } from '../../model/mart';
import { type Aggregate, type Count, type OfRows } from '../../model/aggregates';
import { countSql, plainSql, type AggregateColumn } from './aggregate';
import { aboutReports, conditionSql, type Condition } from '../arguments/condition';
import type { QueryContext } from '../columns/context';
import { elementsOf } from './elements';
import { yearAmong, type GroupKey } from './groupKeys';
import { broughtTogether } from './passes';
import { Source } from '../columns/source';
import {
  eventTotal,
  flowTotal,
  isFlow,
  isOfLatestPeriod,
  latestTotal,
  latestValue,
  latestYear,
  needsLatestYear,
} from './total';

/** What is grouped, and what is computed of each group. */
export interface Grouping<Of extends Aggregate = Aggregate> {
  readonly mart: Mart;
  readonly keys: readonly GroupKey[];
  /** The keys by which it is judged whether groups are withheld, where these are others: those that the rows have themselves. */
  readonly judgedBy?: readonly GroupKey[];
  readonly condition: Condition;
  readonly aggregates: readonly AggregateColumn<Of>[];
  readonly counts: readonly Count[];
}

/**
 * The query of a filter's rows in their groups: a row a group, with its keys, counts and aggregates.
 * What takes the rows one by one is computed in one pass; totals of a latest period need
 * a pass of their own, and come together with the others under the same keys.
 */
export function groupedRows(grouping: Grouping<OfRows>, context: QueryContext): Sql {
  const totals = grouping.aggregates.filter(({ aggregate }) => aggregate === 'total');
  const latest = totals.filter(({ measure }) => isOfLatestPeriod(measure));
  const ofRows = grouping.aggregates.filter((column) => !latest.includes(column));
  const flows = totals.some(({ measure }) => isFlow(measure));

  const parts = [sql`filtered as (${filteredRows(grouping, context)})`];
  if (flows) parts.push(sql`quarterly as (${quarterlyReports(grouping, context)})`);
  let groups = rowAggregates(grouping, ofRows, flows);
  if (latest.length > 0) {
    if (latest.some(({ measure }) => needsLatestYear(measure, yearIsKey(grouping)))) {
      parts.push(sql`latest_year as (${latestYear})`);
    }
    parts.push(sql`periods as (${periodValues(grouping, latest)})`);
    groups = broughtTogether(
      grouping.keys.map(({ alias }) => alias),
      { groups, columns: [...grouping.counts, ...ofRows.map(({ alias }) => alias)] },
      { groups: latestTotals(grouping, latest), columns: latest.map(({ alias }) => alias) },
    );
  }
  return sql`with ${joined(parts, ', ')} ${groups}`;
}

/**
 * The rows that the filter leaves, with the keys' values; a row once for each element of a list. `taken` says of
 * each, as 1 or 0, whether another condition holds, where one is given.
 */
export function filteredRows(grouping: Grouping, context: QueryContext, marked?: Condition): Sql {
  const { mart, keys, condition, aggregates } = grouping;
  const source = new Source(mart, context);
  const where = source.where(conditionSql(condition, source));
  const spreads: Sql[] = [];
  const keyColumns = keys.map(({ operand, alias }) => {
    const expression = source.expression(operand);
    if (!operand.list) return sql`${expression} as ${identifier(alias)}`;
    const name = identifier(`${alias}_elements`);
    spreads.push(elementsOf(expression, name));
    return sql`${name}.element as ${identifier(alias)}`;
  });
  const columns = new Set([
    ...ruleColumns(mart),
    ...aggregates.map(({ measure }) => measure.column),
  ]);
  const plain = [...columns].map((column) => source.column(column));
  const marks = marked
    ? [sql`case when ${conditionSql(marked, source)} then 1 else 0 end as taken`]
    : [];
  return sql`select ${joined([...plain, ...keyColumns, ...marks], ', ')}
    from ${source.from()} ${joined(spreads, ' ')} ${where}`;
}

/** What counts and totals go by, beside the measures. */
function ruleColumns({ subject, company, grain: { periods } }: Mart): readonly string[] {
  const ofPeriods = periods ? [periods.year, periods.period, periods.superseded] : [];
  return [subject, ...(company ? [company.column] : []), ...ofPeriods];
}

/** The requests and years with a quarterly report among the reports that the filter leaves. */
function quarterlyReports({ mart, condition }: Grouping, context: QueryContext): Sql {
  const quarterly = sql`not superseded and report_type <> 'yearly'`;
  if (!isOfItems(mart)) {
    return sql`select distinct service_request_id, year from filtered where ${quarterly}`;
  }
  const source = new Source(mart, context, mart.reportTable);
  const where = source.where(
    conditionSql(aboutReports(condition), source),
    sql`not m.superseded and m.report_type <> 'yearly'`,
  );
  return sql`select distinct m.service_request_id, m.year from ${source.from()} ${where}`;
}

/** Counts, plain aggregates and totals of flows, in one pass over the rows. */
function rowAggregates(
  { mart, keys, counts }: Grouping,
  aggregates: readonly AggregateColumn<OfRows>[],
  flows: boolean,
): Sql {
  const items = [
    ...keyNames(keys),
    ...counts.map((count) => sql`${countSql(count, mart)} as ${identifier(count)}`),
    ...aggregates.map(({ aggregate, measure, alias }) => {
      const value = aggregate === 'total' ? rowTotal(measure) : plainSql(aggregate, measure);
      return sql`${value} as ${identifier(alias)}`;
    }),
  ];
  const join = flows ? sql` left join quarterly using (service_request_id, year)` : nothing;
  return sql`select ${joined(items, ', ')} from filtered${join}${groupBy(keyNames(keys))}`;
}

function rowTotal(measure: Measure): Sql {
  return isFlow(measure) ? flowTotal(measure) : eventTotal(measure);
}

/** For each group, request and year the value of its latest period that has one. */
function periodValues({ mart, keys }: Grouping, latest: readonly AggregateColumn[]): Sql {
  const by = [...keyNames(keys), sql`service_request_id`, sql`year`];
  const values = latest.map(
    ({ measure, alias }) => sql`${latestValue(measure, isOfItems(mart))} as ${identifier(alias)}`,
  );
  return sql`select ${joined([...by, ...values], ', ')}
    from filtered where not superseded${groupBy(by)}`;
}

function latestTotals(grouping: Grouping, latest: readonly AggregateColumn[]): Sql {
  const names = keyNames(grouping.keys);
  const totals = latest.map(({ measure, alias }) => {
    const name = identifier(alias);
    return sql`${latestTotal(measure, name, yearIsKey(grouping))} as ${name}`;
  });
  return sql`select ${joined([...names, ...totals], ', ')} from periods${groupBy(names)}`;
}

function yearIsKey({ keys }: Grouping): boolean {
  return yearAmong(keys) !== undefined;
}

function keyNames(keys: readonly GroupKey[]): Sql[] {
  return keys.map(({ alias }) => identifier(alias));
}

function groupBy(names: readonly Sql[]): Sql {
  return names.length === 0 ? nothing : sql` group by ${joined(names, ', ')}`;
}
