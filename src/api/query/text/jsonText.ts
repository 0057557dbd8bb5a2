import { constantText, sql, type Sql } from '../../../ground/database/sql';
import type { JsonCell } from './jsonCell';

/**
 * A text of fixed parts and values between them. PostgreSQL puts it together, or sends the values alone as
 * cells of a row, and it is put together here.
 */
export class JsonText {
  /** One more than there are values. */
  private readonly parts: string[] = [''];
  private readonly values: { readonly text: Sql; readonly cell: JsonCell }[] = [];

  /** The value is a text and never null; its cell, where none is given, is that text. */
  add(fixed: string, text?: Sql, cell?: JsonCell): this {
    this.parts.push(`${this.parts.pop() ?? ''}${fixed}`);
    if (!text) return this;
    this.values.push({ text, cell: cell ?? { column: text, form: 'json', nullable: false } });
    this.parts.push('');
    return this;
  }

  addText(other: JsonText): this {
    other.values.forEach(({ text, cell }, index) => this.add(other.parts[index] ?? '', text, cell));
    return this.add(other.parts.at(-1) ?? '');
  }

  /** The fixed parts, of which one stands before each of the cells, and one behind them. */
  inCells(): { readonly parts: readonly string[]; readonly cells: readonly JsonCell[] } {
    return { parts: this.parts, cells: this.values.map(({ cell }) => cell) };
  }

  /** Halves are put together before wholes, so that a wide row is not copied once for each column. */
  toSql(): Sql {
    const pieces = this.parts.flatMap((fixed, index) => {
      const text = this.values[index]?.text;
      return [...(fixed === '' ? [] : [constantText(fixed)]), ...(text ? [text] : [])];
    });
    return concatenated(pieces);
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
