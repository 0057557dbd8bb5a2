import { identifier, joined, nothing, sql, Sql } from '../../../ground/database/sql';
import { isOfItems } from '../../model/lookup';
import type { Mart, Measure } from '../../model/mart';
import { countSql } from '../aggregates/aggregate';
import { elementsOf } from '../aggregates/elements';
import { rollupKeysOf, withYear, type RollupKeys } from './rollupKeys';
import { isOfLatestPeriod, PERIODS_IN_ORDER } from '../aggregates/total';

/** The rows that are rolled up: all rows of the mart, or some of them in a table with its columns. */
const ROWS = sql`"rolled_rows" as m`;

/** SELECTs that are generated into sql/rollups, from where the refresh takes them. */
export interface RollupStatements {
  /**
   * What the rows of a year come to by each set of keys, below what it says of the columns. Rows of different
   * requests just add up.
   */
  readonly sums: string;
  /** Distinct companies and requests by each set of keys, of a year and of all years together. */
  readonly counts: string;
  /** Which company and which request is in which group. */
  readonly presence: string;
  /** All of a row by which that is decided. */
  readonly places: string;
}

export function rollupStatements(mart: Mart): RollupStatements {
  const sets = rollupKeysOf(mart);
  return {
    sums:
      headOf(mart) +
      written(
        sql`with marked as (${markedRows(mart)}) ${union(sets.map((keys) => sumsBy(mart, keys)))}`,
      ),
    counts: written(
      union(sets.flatMap((keys) => [countsBy(mart, keys, true), countsBy(mart, keys, false)])),
    ),
    presence: written(
      union(sets.flatMap((keys) => [presenceBy(keys, true), presenceBy(keys, false)])),
    ),
    places: written(places(sets)),
  };
}

/** What the refresh has to know of the columns. */
function headOf({ table, reportTable }: Mart): string {
  const lines = ['-- adds up over: service_request_id', '-- company: company_id'];
  if (table !== reportTable) lines.push(`-- judged by: ${reportTable}`);
  return `${lines.join('\n')}\n`;
}

/**
 * Of each row what its total depends on: its period, and whether it counts where quarterly reports are
 * added and the yearly one only stands for them.
 */
function markedRows(mart: Mart): Sql {
  const isQuarterly = sql`not superseded and report_type <> 'yearly'`;
  const ofItems = isOfItems(mart);
  const quarterly = ofItems
    ? sql`quarterly.year is not null`
    : sql`bool_or(not m.superseded and m.report_type <> 'yearly') over (partition by m.service_request_id, m.year)`;
  const join = ofItems
    ? sql`left join (select distinct service_request_id, year from ${identifier(mart.reportTable)}
        where ${isQuarterly} and service_request_id in (select service_request_id from ${ROWS}))
        as quarterly using (service_request_id, year)`
    : nothing;
  return sql`select m.*, array_position(array[${joined(PERIODS_IN_ORDER, ', ')}], m.report_type) as period,
    not m.superseded and (m.report_type <> 'yearly' or not ${quarterly}) as in_flow
    from ${ROWS} ${join}`;
}

function sumsBy(mart: Mart, keys: RollupKeys): Sql {
  const { names, spread, selected } = keyColumns(keys);
  const partition = joined([sql`m.service_request_id`, sql`m.year`, ...selected], ', ');
  const flags = mart.measures.filter(isOfLatestPeriod).map((measure) => {
    const value = identifier(`m.${measure.column}`);
    return sql`not m.superseded and m.period = max(case when not m.superseded and ${value} is not null then m.period end)
      over (partition by ${partition}) as ${flagOf(measure)}`;
  });
  const named = selected.map((value, index) => sql`${value} as ${names[index] ?? nothing}`);
  const columns = [
    sql`m.year`,
    sql`m.superseded`,
    sql`m.in_flow`,
    ...measureColumns(mart),
    ...named,
    ...flags,
  ];
  const sums = mart.measures.map((measure) => {
    const value = identifier(measure.column);
    const counts = sql`filter (where ${isOfLatestPeriod(measure) ? flagOf(measure) : sql`in_flow`})`;
    const [sum, given, total, totalGiven] = sumNames(measure);
    return sql`sum(${value}) as ${sum}, count(${value}) as ${given},
      sum(${value}) ${counts} as ${total}, count(${value}) ${counts} as ${totalGiven}`;
  });
  const values = mart.measures.map((measure) => {
    const [sum, given, total, totalGiven] = sumNames(measure);
    return sql`('${literal(measure.column)}', 0, 0, coalesce(${sum}, 0), ${given}, coalesce(${total}, 0), ${totalGiven})`;
  });
  const by = joined([sql`year`, ...names], ', ');
  return sql`
    select '${literal(withYear(keys))}' as keys, year, ${array(names)} as key_values, value.*
    from (select ${by}, count(*) as rows, count(*) filter (where not superseded) as unsuperseded,
        ${joined(sums, ',\n')}
      from (select ${joined(columns, ', ')} from marked as m ${spread}) as kept
      group by ${by}) as rolled
    cross join lateral (values ('', rows, unsuperseded, 0, 0, 0, 0), ${joined(values, ',\n')})
      as value (measure, rows, unsuperseded, sum, given, total, total_given)
    where measure = '' or given > 0`;
}

function countsBy(mart: Mart, keys: RollupKeys, ofYears: boolean): Sql {
  const { names, spread, selected } = keyColumns(keys);
  const named = selected.map((value, index) => sql`${value} as ${names[index] ?? nothing}`);
  const columns = [sql`m.service_request_id`, sql`m.company_id`, sql`m.year`, ...named];
  const by = [...(ofYears ? [sql`year`] : []), ...names];
  const group = by.length === 0 ? sql`having count(*) > 0` : sql`group by ${joined(by, ', ')}`;
  return sql`
    select '${literal(setName(keys, ofYears))}' as keys, ${ofYears ? sql`year` : sql`0::smallint`} as year,
      ${array(names)} as key_values, ${countSql('companies', mart)} as companies, ${countSql('participations', mart)} as participations
    from (select ${joined(columns, ', ')} from ${ROWS} ${spread}) as kept ${group}`;
}

function presenceBy(keys: RollupKeys, ofYears: boolean): Sql {
  const { spread, selected } = keyColumns(keys);
  return sql`
    select distinct '${literal(setName(keys, ofYears))}' as keys, ${ofYears ? sql`m.year` : sql`0::smallint`} as year,
      ${array(selected)} as key_values, m.company_id, m.service_request_id
    from ${ROWS} ${spread}`;
}

function places(sets: readonly RollupKeys[]): Sql {
  const fields = sets.flatMap(({ operands }) => operands.map(({ place }) => columnOf(place)));
  const columns = ['service_request_id', 'company_id', 'year', ...fields];
  return sql`select distinct ${joined(
    columns.map((column) => identifier(`m.${column}`)),
    ', ',
  )} from ${ROWS}`;
}

interface KeyColumns {
  /** Names of the keys' values. */
  readonly names: readonly Sql[];
  readonly selected: readonly Sql[];
  /** A row of a list is in the group of each of its elements, or in that of none. */
  readonly spread: Sql;
}

function keyColumns({ operands }: RollupKeys): KeyColumns {
  const [operand] = operands;
  if (!operand) return { names: [], selected: [], spread: nothing };
  const column = identifier(`m.${columnOf(operand.place)}`);
  const names = [sql`rolled_key`];
  if (!operand.list) return { names, selected: [column], spread: nothing };
  return {
    names,
    selected: [sql`elements.element`],
    spread: elementsOf(column, sql`elements`),
  };
}

function columnOf(place: RollupKeys['operands'][number]['place']): string {
  if (place.of !== 'column') throw new Error('A key of a rollup must be a column.');
  return place.column;
}

function measureColumns({ measures }: Mart): Sql[] {
  return measures.map(({ column }) => identifier(`m.${column}`));
}

function flagOf({ column }: Measure): Sql {
  return identifier(`${column}_counts`);
}

function sumNames({ column }: Measure): [Sql, Sql, Sql, Sql] {
  return [
    identifier(`${column}_sum`),
    identifier(`${column}_given`),
    identifier(`${column}_total`),
    identifier(`${column}_total_given`),
  ];
}

function setName(keys: RollupKeys, ofYears: boolean): string {
  return ofYears ? withYear(keys) : keys.name;
}

function array(values: readonly Sql[]): Sql {
  const texts = values.map((value) => sql`${value}::text`);
  return sql`array[${joined(texts, ', ')}]::text[]`;
}

function union(parts: readonly Sql[]): Sql {
  return joined(parts, '\nunion all');
}

/** A name of the model as the inside of a literal. */
function literal(name: string): Sql {
  if (!/^[A-Za-z0-9_,]*$/.test(name)) throw new Error(`${name} cannot stand in a literal.`);
  return new Sql(name, []);
}

function written({ text, values }: Sql): string {
  if (values.length > 0) throw new Error('A rollup must bind no values.');
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join('\n');
}
