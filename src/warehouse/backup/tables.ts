import type { Session } from '../../ground/database/session';

/** A table whose rows cannot be made again. */
export interface KeptTable {
  /** With its schema. */
  readonly name: string;
  /** Those that are written; what PostgreSQL computes itself is not among them. */
  readonly columns: readonly string[];
  /** The tables that its rows refer to. */
  readonly references: readonly string[];
}

/**
 * All of Bronze, of keys and of the record of runs, and the pseudonyms: all else is made from these. Taken from
 * the database's own catalogue, so that a table of a later migration is among them by itself. Tables that are not
 * logged are worth nothing after a minute.
 */
const KEPT = `
  select format('%s.%s', nspname, relname) as name,
    (select array_agg(attname::text order by attnum) from pg_attribute
     where attrelid = kept.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
    (select coalesce(array_agg(format('%s.%s', other_schema.nspname, other.relname)), '{}')
     from pg_constraint
     join pg_class other on other.oid = confrelid
     join pg_namespace other_schema on other_schema.oid = other.relnamespace
     where conrelid = kept.oid and contype = 'f' and confrelid <> conrelid) as "references"
  from pg_class kept join pg_namespace on pg_namespace.oid = relnamespace
  where relkind = 'r' and relpersistence = 'p'
    and (nspname in ('bronze', 'access', 'refresh')
      or (nspname = 'silver' and relname = 'bin_pseudonyms'))
  order by 1`;

/** Tables that others refer to come first. */
export async function keptTables(session: Session): Promise<readonly KeptTable[]> {
  const { rows } = await session.query<KeptTable>(KEPT);
  const ordered: KeptTable[] = [];
  let left = rows;
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const free = left.filter(({ references }) => references.every((other) => !names.has(other)));
    // Tables that refer to each other in a circle have no order.
    ordered.push(...(free.length > 0 ? free : left));
    left = free.length > 0 ? left.filter((table) => !free.includes(table)) : [];
  }
  return ordered;
}

/** Where a sequence of these tables stands, and whether it has given that number away. */
export interface SequenceState {
  readonly table: string;
  readonly column: string;
  readonly last: string;
  readonly given: boolean;
}

export async function sequencesOf(
  session: Session,
  tables: readonly KeptTable[],
): Promise<readonly SequenceState[]> {
  const states: SequenceState[] = [];
  for (const { name, columns } of tables) {
    const { rows } = await session.query<{ column: string; sequence: string | null }>(
      `select "column", pg_get_serial_sequence($1, "column") as sequence
       from unnest($2::text[]) as "column"`,
      [name, columns],
    );
    for (const { column, sequence } of rows) {
      if (sequence === null) continue;
      const { rows: found } = await session.query<{ last: string; given: boolean }>(
        `select last_value::text as last, is_called as given from ${sequence}`,
      );
      const [state] = found;
      if (state) states.push({ table: name, column, ...state });
    }
  }
  return states;
}
