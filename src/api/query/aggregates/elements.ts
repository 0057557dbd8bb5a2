import { sql, type Sql } from '../../../ground/database/sql';

/**
 * The join of a row with each of its list's elements, as `name.element`: once however often it stands in
 * the list, and null for a list without any. (A DISTINCT for each row costs ten times as much.)
 */
export function elementsOf(list: Sql, name: Sql): Sql {
  return sql`left join lateral unnest(${list}) with ordinality as ${name} (element, place)
    on array_position(${list}, ${name}.element) = ${name}.place`;
}
