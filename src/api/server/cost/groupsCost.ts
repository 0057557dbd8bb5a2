import type { Mart } from '../../model/mart';
import { AGGREGATES, COUNTS } from '../../model/aggregates';
import { operandsOf } from '../../query/columns/operand';
import { rollupKeysFor } from '../../query/rollups/rollupKeys';
import { filterCost, type FilterCost } from './filterCost';
import { GROUPING, RATES } from './rates';
import type { Arguments } from './rowsCost';
import type { TableSizes } from './tableSizes';

/** What of groups is asked for. */
export interface AskedOfGroups {
  /** Measures by aggregate, and counts. */
  readonly aggregates: ReadonlyMap<string, number>;
  readonly counts: ReadonlySet<string>;
  /** How often they are made: for the page, and for what is told of all of them. */
  readonly times: number;
}

/** How the caller's groups are made. */
export interface GroupSight {
  /** The caller sees all rows: none is left out by its scope. */
  readonly all: boolean;
  /** The caller sees all companies and certificates, so that rollups answer. */
  readonly rollups: boolean;
  /** Small groups are withheld. */
  readonly withheld: boolean;
}

/** A page of groups, each way in which rows are read for it counted. */
export function groupsCost(
  mart: Mart,
  args: Arguments,
  asked: AskedOfGroups,
  sight: GroupSight,
  sizes: TableSizes,
): number {
  const filter = filterCost(mart, args['filter'], sizes);
  const keys = Array.isArray(args['by']) ? args['by'].map(String) : [];
  const wanted = alsoNeeded(asked, args);
  const passes =
    1 + passesOf(wanted.aggregates, 'previous', 'change') + passesOf(wanted.aggregates, 'share');
  const times = asked.times * passes;
  const rows = sizes(mart.table);
  let perRow = RATES.row + filter.perRow + GROUPING.row;
  for (const key of keys) perRow += keyCost(mart, key);
  const judgement = filter.once + rows * (perRow + GROUPING.distinct);
  const judged =
    sight.withheld || !mart.rows ? judgements(mart, keys, wanted, filter) * judgement : 0;
  const isOfAll = filter.saysNothing && sight.all;
  if (sight.rollups && filter.ofYearAlone && isRolledUp(mart, keys, wanted, isOfAll)) {
    return times * (RATES.statement + ROLLED_UP + judged);
  }
  for (const [aggregate, measures] of wanted.aggregates) {
    const isTotal = !['sum', 'avg', 'min', 'max', 'count'].includes(aggregate);
    perRow += measures * (isTotal ? GROUPING.total : GROUPING.plain);
  }
  for (const count of wanted.counts) if (count !== 'rows') perRow += GROUPING.distinct;
  return times * (RATES.statement + filter.once + rows * perRow + judged);
}

/** Some hundreds of rows of the rollups, whatever the mart. */
const ROLLED_UP = 1_500;

/** What is compared and ordered by has to be made as well. */
function alsoNeeded(asked: AskedOfGroups, args: Arguments): AskedOfGroups {
  const aggregates = new Map(asked.aggregates);
  const counts = new Set(asked.counts);
  const note = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(note);
    if (typeof part !== 'object' || part === null) return;
    for (const [name, value] of Object.entries(part)) {
      if (AGGREGATES.some((known) => known === name)) {
        const measures =
          typeof value === 'object' && value !== null ? Object.keys(value).length : 1;
        aggregates.set(name, (aggregates.get(name) ?? 0) + measures);
      } else if (COUNTS.some((known) => known === name)) counts.add(name);
      else note(value);
    }
  };
  note(args['filterGroups']);
  note(args['orderBy']);
  return { ...asked, aggregates, counts };
}

/** Longer steps of time, within each of which groups are judged too. */
const STEPS_AROUND = 3;

/** How often all rows are read to find small groups, which no rollup tells: along each key, and by which rows they are judged. */
function judgements(
  mart: Mart,
  keys: readonly string[],
  { aggregates }: AskedOfGroups,
  filter: FilterCost,
): number {
  // Without rows, also by what is asked of them: see src/api/query/smallGroups/filteredGroups.ts.
  if (!mart.rows) return (1 + STEPS_AROUND) * (1 + keys.length) * (filter.saysNothing ? 1 : 3);
  const ofLatestYear = keys.includes('YEAR') ? 0 : passesOf(aggregates, 'total', 'share');
  const ofYearBefore = passesOf(aggregates, 'previous', 'change');
  return (1 + keys.length) * (1 + ofLatestYear + ofYearBefore);
}

function passesOf(aggregates: ReadonlyMap<string, number>, ...names: readonly string[]): number {
  return names.some((name) => aggregates.has(name)) ? 1 : 0;
}

/** As src/api/query/rollups/rollup.ts decides it, for who sees all rows. */
function isRolledUp(
  mart: Mart,
  keys: readonly string[],
  { aggregates, counts }: AskedOfGroups,
  isOfAll: boolean,
): boolean {
  if (aggregates.has('min') || aggregates.has('max')) return false;
  const isDistinct = [...counts].some((count) => count !== 'rows');
  if (isDistinct && !keys.includes('YEAR') && !isOfAll) return false;
  const operands = keys.flatMap((name) => {
    const dimension = mart.dimensions.find(({ groupName }) => groupName === name);
    const operand = dimension && operandsOf(mart).get(dimension.field);
    return operand ? [{ name, field: '', alias: '', operand }] : [];
  });
  return operands.length === keys.length && rollupKeysFor(mart, operands) !== undefined;
}

function keyCost(mart: Mart, key: string): number {
  if (key.startsWith('CERTIFICATE')) return RATES.resolvedRow;
  const dimension = mart.dimensions.find(({ groupName }) => groupName === key);
  return dimension?.list ? GROUPING.listKey : GROUPING.key;
}
