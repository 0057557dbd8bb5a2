import type { Knex } from 'knex';

type Scalar = string | number | boolean | null;
/** What may be bound; an array is bound as one PostgreSQL array. */
export type SqlValue = Scalar | readonly Scalar[];

/** A piece of SQL with the values it binds, so that pieces can be put together in any order. */
export class Sql {
  constructor(
    readonly text: string,
    readonly values: readonly SqlValue[],
  ) {}
}

/** A piece of SQL written in place: what is inserted is spliced if it is SQL, and bound otherwise. */
export function sql(texts: TemplateStringsArray, ...inserts: readonly (Sql | SqlValue)[]): Sql {
  let text = texts[0] ?? '';
  const values: SqlValue[] = [];
  inserts.forEach((insert, index) => {
    if (insert instanceof Sql) {
      text += insert.text;
      values.push(...insert.values);
    } else {
      text += '?';
      values.push(insert);
    }
    text += texts[index + 1] ?? '';
  });
  return new Sql(text, values);
}

export const nothing = new Sql('', []);

/** Pieces in a row, with a separator between them. */
export function joined(pieces: readonly Sql[], separator: string): Sql {
  return new Sql(
    pieces.map((piece) => piece.text).join(separator),
    pieces.flatMap((piece) => piece.values),
  );
}

/** A name of the model, quoted. Names never come from a caller; the check makes sure of it. */
export function identifier(name: string): Sql {
  if (!/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/.test(name)) {
    throw new Error(`${JSON.stringify(name)} cannot be the name of a table or a column.`);
  }
  return new Sql(`"${name.replaceAll('.', '"."')}"`, []);
}

/** The same without quotation marks, where the name is one that PostgreSQL takes without them. */
export function bareName(name: string): Sql {
  if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$/.test(name)) {
    throw new Error(`${JSON.stringify(name)} cannot be the bare name of a table or a column.`);
  }
  return new Sql(name, []);
}

/**
 * A text of fixed characters, as a literal: no quotation mark of SQL, no backslash and no place of a
 * value can be in it. Values never come this way; the check makes sure of it.
 */
export function constantText(text: string): Sql {
  if (!/^[\w{}[\]":,. -]*$/.test(text)) {
    throw new Error(`${JSON.stringify(text)} cannot stand in a statement as it is.`);
  }
  return new Sql(`'${text}'`, []);
}

/**
 * A whole number as a literal, where PostgreSQL plans better for knowing it, such as in LIMIT: it takes an
 * unknown limit for a tenth of all rows, and plans each time again.
 */
export function constantNumber(number: number): Sql {
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new Error(`${String(number)} cannot stand in a statement as a whole number.`);
  }
  return new Sql(String(number), []);
}

/** Runs one statement. */
export async function rowsOf<Row>(database: Knex, statement: Sql): Promise<Row[]> {
  const answer: { rows: Row[] } = await database.raw(
    statement.text,
    statement.values as Knex.RawBinding[],
  );
  return answer.rows;
}

/** A statement's text with its parameters as PostgreSQL names them. */
export function numbered(text: string): string {
  let no = 0;
  return text.replaceAll('?', () => `$${String((no += 1))}`);
}
