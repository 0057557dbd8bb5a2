import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import type { Measure } from '../../model/mart';
import { type Count, type OfRows } from '../../model/aggregates';
import { type AggregateColumn } from '../aggregates/aggregate';
import { conditionSql, isNoCondition, isOfOneYear, isOfYearAlone } from '../arguments/condition';
import type { QueryContext } from '../columns/context';
import { groupedRows, type Grouping } from '../aggregates/groupedRows';
import { yearAmong } from '../aggregates/groupKeys';
import { rollupKeysFor, withYear, type RollupKeys } from './rollupKeys';
import { Source } from '../columns/source';
import { needsLatestYear } from '../aggregates/total';
import { castSql } from '../values/value';

const ROLLUPS = 'gold.rollups';

/**
 * The groups of a filter's rows, as {@link groupedRows} gives them: from the rollups where these hold
 * the very same, which costs as little however many rows there are, and else from the rows.
 */
export function groupsInBrief(grouping: Grouping<OfRows>, context: QueryContext): Sql {
  const keys = context.rolledUp === true ? rollupOf(grouping, context) : undefined;
  return keys ? groupsOfRollup(grouping, keys, context) : groupedRows(grouping, context);
}

/** The rollup that answers to the last digit; undefined where none does. */
function rollupOf(grouping: Grouping<OfRows>, { viewer }: QueryContext): RollupKeys | undefined {
  const { mart, keys, condition, aggregates, counts } = grouping;
  // A rollup tells years apart, and whoever reports not.
  if (!isOfYearAlone(condition) || viewer.scope?.companies || viewer.scope?.certificates) return;
  if (aggregates.some(({ aggregate }) => aggregate === 'min' || aggregate === 'max')) return;
  // Who reports in several years would count as several: all years together have counts of their own.
  const isOfYears = yearAmong(keys) !== undefined || isOfOneYear(condition);
  const isOfAll = isNoCondition(condition) && !viewer.scope;
  if (counts.some(isDistinct) && !isOfYears && !isOfAll) return;
  return rollupKeysFor(mart, keys);
}

function isDistinct(count: Count): boolean {
  return count !== 'rows';
}

function groupsOfRollup(
  { mart, keys, condition, aggregates, counts }: Grouping<OfRows>,
  rollup: RollupKeys,
  context: QueryContext,
): Sql {
  const source = new Source(mart, context, ROLLUPS);
  const ofYears = withYear(rollup);
  const inRollup = (name: string) => sql`m.mart = ${mart.table} and m.keys = ${name}`;
  const filtered = conditionSql(condition, source);
  const yearIsKey = yearAmong(keys) !== undefined;
  const ofAllYears = !yearIsKey && !isOfOneYear(condition);

  const beside = keys.filter(({ name }) => name !== 'YEAR');
  const keyItems = keys.map((key) => {
    const at = beside.indexOf(key) + 1;
    const value =
      at === 0 ? sql`m.year` : sql`m.key_values[${at}::integer]::${castSql(key.operand.type)}`;
    return sql`${value} as ${identifier(key.alias)}`;
  });
  const names = keys.map(({ alias }) => identifier(alias));
  const countItems = counts.map((count) => {
    const rows = ofAllYears && isDistinct(count) ? rollup.name : ofYears;
    return sql`coalesce(sum(${identifier(count)}) filter (where measure = '' and keys = ${rows}), 0)::bigint as ${identifier(count)}`;
  });
  const items = aggregates.map(
    (column) => sql`${aggregateSql(column, yearIsKey)} as ${identifier(column.alias)}`,
  );
  const latest = aggregates.some(
    ({ aggregate, measure }) => aggregate === 'total' && needsLatestYear(measure, yearIsKey),
  );
  const latestYear = sql`latest_year as (
    select max(m.year) as year from ${source.from()}
    ${source.where(inRollup('year'), sql`m.measure = '' and m.unsuperseded > 0`, filtered)}), `;
  const allYears =
    ofAllYears && counts.some(isDistinct) ? sql` or (${inRollup(rollup.name)})` : nothing;
  return sql`with ${latest ? latestYear : nothing}rolled as (
      select m.*${keyItems.length === 0 ? nothing : sql`, ${joined(keyItems, ', ')}`} from ${source.from()}
      ${source.where(sql`((${inRollup(ofYears)})${allYears})`, filtered)})
    select ${joined([...names, ...countItems, ...items], ', ')} from rolled
    ${names.length === 0 ? nothing : sql`group by ${joined(names, ', ')}`}`;
}

/** The aggregate out of the sums and counts of a measure's rows; null where nothing is given. */
function aggregateSql({ aggregate, measure }: AggregateColumn<OfRows>, yearIsKey: boolean): Sql {
  const ofMeasure = sql`measure = ${measure.column}`;
  switch (aggregate) {
    case 'sum':
      return whole(measure, sql`sum(sum) filter (where ${ofMeasure})`);
    case 'count':
      return sql`coalesce(sum(given) filter (where ${ofMeasure}), 0)::bigint`;
    case 'avg':
      // As of rows: twenty decimals more, so that nothing is rounded twice.
      return sql`round(sum(sum) filter (where ${ofMeasure}) * 1.00000000000000000000
        / sum(given) filter (where ${ofMeasure}), 2)`;
    case 'total': {
      const ofYear = needsLatestYear(measure, yearIsKey)
        ? sql` and year = (select year from latest_year)`
        : nothing;
      return whole(
        measure,
        sql`sum(total) filter (where ${ofMeasure} and total_given > 0${ofYear})`,
      );
    }
    default:
      throw new Error(`Rollups hold no ${aggregate}.`);
  }
}

/** Sums of counts are whole numbers. */
function whole({ type }: Measure, value: Sql): Sql {
  return type === 'Int' ? sql`(${value})::bigint` : value;
}
