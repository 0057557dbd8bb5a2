import { joined, Sql } from '../../../ground/database/sql';
import type { SqlTemplate } from '../../../ground/types/scalarType';

const pieces = new Map<SqlTemplate, readonly Sql[]>();

/** The template with the expression in each of its places. Templates are few, and part of the program. */
export function filledIn(template: SqlTemplate, expression: Sql): Sql {
  let known = pieces.get(template);
  if (!known) {
    known = template.split('{}').map((text) => new Sql(text, []));
    pieces.set(template, known);
  }
  return joined(
    known.flatMap((piece, index) => (index === 0 ? [piece] : [expression, piece])),
    '',
  );
}
