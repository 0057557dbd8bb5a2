import { identifier, type Sql } from '../../../ground/database/sql';
import type { Mart } from '../../model/mart';
import {
  aggregatesOf,
  countsOf,
  measuresOf,
  type Aggregate,
  type Count,
} from '../../model/aggregates';
import { aggregateColumn, aggregateType, type AggregateColumn } from './aggregate';
import { BadInput } from '../values/badInput';
import { conditionSql, type Condition } from '../arguments/condition';
import { FilterReading } from '../arguments/filterReading';
import { givenFields } from '../values/givenObject';
import type { Comparable } from '../columns/operand';
import type { ValueType } from '../values/value';

/** Which groups are meant, and what must be computed to tell. */
export interface GroupFilter {
  /** None where every group is meant. */
  readonly conditions: readonly Sql[];
  readonly aggregates: readonly AggregateColumn[];
  readonly counts: readonly Count[];
}

/** A value of a group that is compared, under the name of its column. */
interface GroupValue extends Comparable {
  readonly alias: string;
}

/** Reads `filterGroups`: conditions on the aggregates of a group. */
export function readGroupFilter(mart: Mart, given: unknown): GroupFilter {
  if (given === undefined || given === null) return { conditions: [], aggregates: [], counts: [] };
  const reading = new GroupFilterReading(mart);
  const condition = reading.read(given, 'filterGroups');
  const sql = conditionSql(condition, { expression: ({ alias }) => identifier(alias) });
  return { conditions: [sql], aggregates: reading.aggregates, counts: reading.counts };
}

class GroupFilterReading extends FilterReading<GroupValue> {
  readonly aggregates: AggregateColumn[] = [];
  readonly counts: Count[] = [];

  constructor(private readonly mart: Mart) {
    super();
  }

  protected override readField(name: string, given: unknown, where: string): Condition<GroupValue> {
    const count = countsOf(this.mart).find((known) => known === name);
    if (count) {
      this.counts.push(count);
      return this.readOperators({ name, alias: count, type: 'BigInt', list: false }, given, where);
    }
    const aggregates = aggregatesOf(this.mart);
    const aggregate = aggregates.find((known) => known === name);
    if (aggregate) return this.readAggregate(aggregate, given, where);
    const known = [...aggregates, ...countsOf(this.mart), 'and', 'or', 'not'].join(', ');
    throw new BadInput(`${where} is nothing that a group has; expected one of ${known}.`);
  }

  private readAggregate(
    aggregate: Aggregate,
    given: unknown,
    where: string,
  ): Condition<GroupValue> {
    const parts = givenFields(given, where).map(([field, operators]) => {
      const measures = measuresOf(this.mart, aggregate);
      const measure = measures.find((known) => known.field === field);
      if (!measure) {
        const known = measures.map((measure) => measure.field).join(', ');
        throw new BadInput(`${where}.${field} is no measure; expected one of ${known}.`);
      }
      const column = aggregateColumn(aggregate, measure);
      this.aggregates.push(column);
      const value = { name: field, alias: column.alias, type: comparedType(column), list: false };
      return this.readOperators(value, operators, `${where}.${field}`);
    });
    return { kind: 'and', of: parts };
  }
}

/** A share is shown as a floating number, and is compared as what is shown. */
function comparedType(column: AggregateColumn): ValueType {
  return column.aggregate === 'share' ? 'Float' : aggregateType(column);
}
