import { sql } from '../../../ground/database/sql';
import type { Link, Table } from '../../model/mart';
import { conditionSql, type Condition } from './condition';
import type { QueryContext } from '../columns/context';
import { operandsOf, type Operand } from '../columns/operand';
import { Source } from '../columns/source';

/**
 * That a row is linked to some row which meets the condition, as the caller sees that row. The linked
 * rows are read once for the whole statement, not once a row.
 */
export function linkedTo(
  table: Table,
  { to, by, field }: Link,
  condition: Condition,
  context: QueryContext,
): Condition {
  const [name] = by;
  const operand = name === undefined ? undefined : operandsOf(table).get(name);
  const linked = name === undefined ? undefined : operandsOf(to).get(name);
  if (by.length !== 1 || !operand || !linked) {
    throw new Error(`${table.name}.${field} is no link by one column, and cannot be filtered by.`);
  }
  return {
    kind: 'test',
    operand,
    comparison: (expression) => {
      const source = new Source(to, context);
      const where = source.where(conditionSql(condition, source));
      return sql`${expression} in (select ${columnOf(source, linked)} from ${source.from()} ${where})`;
    },
  };
}

function columnOf(source: Source, { place, name }: Operand) {
  if (place.of !== 'column') throw new Error(`${name} is no column, and links nothing.`);
  return source.column(place.column);
}
