import { constantText, sql, type Sql } from '../database/sql';

/**
 * A text that PostgreSQL puts together out of fixed parts and values, each of which is a text and never
 * null. Halves are put together before wholes, so that a wide row is not copied once for each column.
 */
export class JsonText {
  private readonly pieces: Sql[] = [];
  private fixed = '';

  add(fixed: string, value?: Sql): this {
    this.fixed += fixed;
    if (!value) return this;
    this.endFixed();
    this.pieces.push(value);
    return this;
  }

  toSql(): Sql {
    this.endFixed();
    return concatenated(this.pieces);
  }

  private endFixed(): void {
    if (this.fixed !== '') this.pieces.push(constantText(this.fixed));
    this.fixed = '';
  }
}

/** A literal alone has no type yet. */
function concatenated(pieces: readonly Sql[]): Sql {
  const [first, second] = pieces;
  if (!first) return sql`''::text`;
  if (!second) return sql`(${first})::text`;
  const middle = Math.ceil(pieces.length / 2);
  const halves = [pieces.slice(0, middle), pieces.slice(middle)].map(half);
  return sql`(${halves[0] ?? first} || ${halves[1] ?? second})`;
}

function half(pieces: readonly Sql[]): Sql {
  const [only] = pieces;
  return only && pieces.length === 1 ? only : concatenated(pieces);
}
