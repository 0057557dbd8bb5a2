import type { Readable } from 'node:stream';
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Sql, SqlValue } from '../sql';

/** A bound value in a piece of SQL, with the type that is said of it. */
const BOUND = /\?(?:::([a-z0-9_]+(?:\[\])?))?/g;

/**
 * The rows of a SELECT as COPY writes them in its text form, as fast as they are read. COPY takes no values: they
 * are bound by the statement before it, as settings of the transaction, from which each is read once.
 */
export async function copyOut(client: ClientBase, statement: Sql): Promise<Readable> {
  await client.query(
    `select set_config('techorda.value_' || no, value, true)
     from unnest($1::text[]) with ordinality as bound (value, no) where value is not null`,
    [statement.values.map(settingOf)],
  );
  return client.query(copyTo(`copy (${withSettings(statement)}) to stdout`));
}

function withSettings({ text, values }: Sql): string {
  let no = 0;
  return text.replace(BOUND, (_, type: string | undefined) => {
    if (type === undefined) throw new Error('COPY needs the type of each value that it reads.');
    const value = values[no];
    no += 1;
    if (value === null || value === undefined) return `null::${type}`;
    // The second cast tells the elements of an array from the rows of a SELECT.
    return `(select current_setting('techorda.value_${String(no)}')::${type})::${type}`;
  });
}

function settingOf(value: SqlValue): string | null {
  if (value === null) return null;
  if (typeof value !== 'object') return String(value);
  const elements = value.map((element) =>
    element === null ? 'null' : `"${String(element).replaceAll(/["\\]/g, '\\$&')}"`,
  );
  return `{${elements.join(',')}}`;
}
