import { identifier } from '../../../ground/database/sql';
import type { Mart, Measure } from '../../model/mart';
import {
  aggregatesOf,
  COUNTS,
  countsOf,
  measuresOf,
  type Aggregate,
  type Count,
} from '../../model/aggregates';
import { aggregateColumn, aggregateType, type AggregateColumn } from './aggregate';
import { BadInput, shown } from '../values/badInput';
import { givenFields, givenList } from '../values/givenObject';
import type { GroupKey } from './groupKeys';
import { readDirection, readNulls, type OrderTerm } from '../values/order';
import { screamingSnake } from '../../model/names';

/** An order of groups, and what must be computed for it. */
export interface GroupOrder {
  readonly terms: readonly OrderTerm[];
  readonly aggregates: readonly AggregateColumn[];
  readonly counts: readonly Count[];
}

type Ordered = Pick<OrderTerm, 'alias' | 'type' | 'nullable'>;

/** Reads `orderBy` of groups. All keys end every order, so that none has ties. */
export function readGroupOrder(mart: Mart, keys: readonly GroupKey[], given: unknown): GroupOrder {
  const terms = new Map<string, OrderTerm>();
  const aggregates: AggregateColumn[] = [];
  const counts: Count[] = [];
  const add = (ordered: Ordered, said: Pick<OrderTerm, 'direction' | 'nulls'>) => {
    // What was named before has decided already.
    if (terms.has(ordered.alias)) return;
    const expression = identifier(ordered.alias);
    terms.set(ordered.alias, { ...ordered, expression, ...said });
  };

  const items = given === undefined || given === null ? [] : givenList(given, 'orderBy');
  items.forEach((item, index) => {
    const where = `orderBy[${String(index)}]`;
    const { direction, nulls, ...rest } = Object.fromEntries(givenFields(item, where));
    const said = {
      direction: readDirection(direction, `${where}.direction`),
      nulls: readNulls(nulls, `${where}.nulls`),
    };
    const way = onlyWay(mart, rest, where);
    const value = rest[way];
    if (way === 'key') {
      add(keyNamed(keys, value, `${where}.key`), said);
    } else if (isCount(way)) {
      if (value !== true) throw new BadInput(`${where}.${way} is ${shown(value)}; expected true.`);
      counts.push(way);
      add({ alias: way, type: 'BigInt', nullable: false }, said);
    } else {
      const column = aggregateColumn(
        way,
        measureNamed(measuresOf(mart, way), value, `${where}.${way}`),
      );
      aggregates.push(column);
      add({ alias: column.alias, type: aggregateType(column), nullable: way !== 'count' }, said);
    }
  });
  for (const key of keys) add(orderedKey(key), { direction: 'ASC', nulls: 'LAST' });
  return { terms: [...terms.values()], aggregates, counts };
}

type Way = Aggregate | 'key' | Count;

function waysOf(mart: Mart): readonly Way[] {
  return [...aggregatesOf(mart), 'key', ...countsOf(mart)];
}

/** The one thing that an item of the order names. */
function onlyWay(mart: Mart, item: Readonly<Record<string, unknown>>, where: string): Way {
  const ways = waysOf(mart);
  const named = Object.keys(item).filter((name) => item[name] !== null);
  const way = ways.find((known) => known === named[0]);
  if (named.length === 1 && way) return way;
  const names = named.length === 0 ? 'nothing' : named.join(', ');
  throw new BadInput(`${where} names ${names}; expected exactly one of ${ways.join(', ')}.`);
}

function isCount(way: Way): way is Count {
  return COUNTS.some((count) => count === way);
}

function keyNamed(keys: readonly GroupKey[], given: unknown, where: string): Ordered {
  const key = keys.find(({ name }) => name === given);
  if (key) return orderedKey(key);
  const known = keys.map(({ name }) => name).join(', ') || 'none, since by is empty';
  throw new BadInput(`${where} is ${String(given)}; expected a dimension of by: ${known}.`);
}

function orderedKey({ alias, operand }: GroupKey): Ordered {
  // A row without any element of a list is in the group null.
  return { alias, type: operand.type, nullable: operand.nullable || operand.list };
}

function measureNamed(measures: readonly Measure[], given: unknown, where: string): Measure {
  const measure = measures.find(({ field }) => screamingSnake(field) === given);
  if (measure) return measure;
  const known = measures.map(({ field }) => screamingSnake(field)).join(', ');
  throw new BadInput(`${where} is ${String(given)}; expected one of ${known}.`);
}
