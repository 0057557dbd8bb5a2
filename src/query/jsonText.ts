import { joined, sql, type Sql } from '../database/sql';

/** PostgreSQL takes no more arguments of a function. */
const MOST_ARGUMENTS = 90;

/** A text that PostgreSQL puts together out of fixed parts, which are bound, and values. */
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
    let pieces = this.pieces;
    while (pieces.length > MOST_ARGUMENTS) {
      const parts: Sql[] = [];
      for (let at = 0; at < pieces.length; at += MOST_ARGUMENTS) {
        parts.push(concatenated(pieces.slice(at, at + MOST_ARGUMENTS)));
      }
      pieces = parts;
    }
    return concatenated(pieces);
  }

  private endFixed(): void {
    if (this.fixed !== '') this.pieces.push(sql`${this.fixed}::text`);
    this.fixed = '';
  }
}

function concatenated(pieces: readonly Sql[]): Sql {
  return sql`concat(${joined(pieces, ', ')})`;
}
