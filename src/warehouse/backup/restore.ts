import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Knex } from 'knex';
import { from as copyFrom } from 'pg-copy-streams';
import { z } from 'zod';
import type { LockPatience } from '../../ground/database/locking/lockPatience';
import { migrate, migrationFiles } from '../../ground/database/migrating/migrate';
import { inTransaction, withSession, type Session } from '../../ground/database/session';
import { identifier } from '../../ground/database/sql';
import { FORMAT, header, lastLine, tableLine, type Header } from './format';
import { BrokenBackup, RestoreRefused } from './failures';
import type { Sections } from './sections';
import { keptTables, type KeptTable } from './tables';

export interface RestoreOptions {
  readonly patience: LockPatience;
  /** Hears of each table how many rows were loaded. */
  readonly onTable?: (table: string, rows: number) => void;
}

/**
 * What a backup says of itself at its beginning. Needs no database. Throws {@link RestoreRefused} where this release
 * cannot restore it, {@link BrokenBackup} where it is none.
 */
export async function readHeader(sections: Sections): Promise<Header> {
  const line = await sections.json();
  const read = header.safeParse(line);
  if (read.success) {
    await refuseNewer(read.data);
    return read.data;
  }
  const format = z.object({ techordaBackup: z.number() }).safeParse(line);
  throw new RestoreRefused(
    format.success && format.data.techordaBackup > FORMAT
      ? 'It is a backup of a newer release: restore it with that one.'
      : 'It is no backup of this program.',
  );
}

/** The release that wrote it knew tables that this one does not: their rows would be lost. */
async function refuseNewer({ migrations, product }: Header): Promise<void> {
  const known = new Set(await migrationFiles());
  const unknown = migrations.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new RestoreRefused(
    `It is a backup of release ${product}, which has the migration ${unknown}, and this release has it not: restore it with that release or a newer one.`,
  );
}

/** An empty database, or one that an attempt to restore the same was ended in. */
async function refuseBesideData(database: Knex, { migrations }: Header): Promise<void> {
  const { rows: tables } = await database.raw<{ rows: { made: boolean }[] }>(
    "select to_regclass('techorda_migrations') is not null as made",
  );
  if (tables[0]?.made !== true) return;
  const applied = (await database('techorda_migrations').pluck<string[]>('name')).sort();
  const same =
    applied.length === migrations.length && applied.every((name) => migrations.includes(name));
  const { rows } = same
    ? await database.raw<{ rows: { used: boolean }[] }>(
        `select (select sum(events) > 0 from bronze.progress) or exists (select from access.api_keys)
           or exists (select from refresh.data_versions) or exists (select from bronze.quarantine) as used`,
      )
    : { rows: [{ used: true }] };
  if (rows[0]?.used !== true) return;
  throw new RestoreRefused(
    'This database has tables of this program already. A backup is restored into an empty database: name a new DATA_DIR, or the DATABASE_URL of a database that was made just now.',
  );
}

/** The table that a line begins. Throws {@link BrokenBackup} where it begins none of those that are kept. */
function tableOf(
  line: unknown,
  known: ReadonlyMap<string, KeptTable>,
): { table: string; columns: readonly string[] } {
  const read = tableLine.safeParse(line);
  if (!read.success) {
    throw new BrokenBackup('Where a table should begin, it holds something else.');
  }
  const { table, columns } = read.data;
  const kept = known.get(table);
  if (kept === undefined)
    throw new BrokenBackup(`It holds the table ${table}, which is none of this program.`);
  const foreign = columns.find((column) => !kept.columns.includes(column));
  if (foreign === undefined) return read.data;
  throw new BrokenBackup(
    `It holds the column ${foreign} of the table ${table}, which is none of this program.`,
  );
}

async function loadTable(
  session: Session,
  sections: Sections,
  line: unknown,
  known: ReadonlyMap<string, KeptTable>,
): Promise<{ table: string; count: number }> {
  const { table, columns } = tableOf(line, known);
  const name = identifier(table).text;
  const list = columns.map((column) => identifier(column).text).join(', ');
  // Its triggers tell others of changes, and the ledger of what it has on record already.
  await session.query(`alter table ${name} disable trigger user`);
  // What the migrations put there stands in the backup too.
  await session.query(`delete from ${name}`);
  const copy = session.query(copyFrom(`copy ${name} (${list}) from stdin`));
  await pipeline(Readable.from(sections.rows(), { objectMode: false }), copy);
  await session.query(`alter table ${name} enable trigger user`);
  return { table, count: copy.rowCount ?? 0 };
}

/** In one transaction: a backup that proves to be broken at its end leaves nothing behind. */
async function load(
  session: Session,
  sections: Sections,
  onTable: RestoreOptions['onTable'],
): Promise<Record<string, number>> {
  const known = new Map((await keptTables(session)).map((table) => [table.name, table]));
  const counts: Record<string, number> = {};
  for (;;) {
    const line = await sections.json();
    const last = lastLine.safeParse(line);
    if (!last.success) {
      const { table, count } = await loadTable(session, sections, line, known);
      counts[table] = count;
      onTable?.(table, count);
      continue;
    }
    const { rows, sequences } = last.data.end;
    const other = Object.keys(rows).find((table) => rows[table] !== counts[table]);
    if (other !== undefined) {
      throw new BrokenBackup(
        `It should hold ${rows[other]} rows of ${other}, and holds ${counts[other] ?? 0}.`,
      );
    }
    for (const { table, column, last: value, given } of sequences) {
      await session.query('select setval(pg_get_serial_sequence($1, $2), $3, $4)', [
        table,
        column,
        value,
        given,
      ]);
    }
    // Silver and Gold are empty. Whatever becomes of this process, the next refresh makes them again, in full:
    // nothing is applied, and no rows are those of the newest version's definition.
    await session.query('update refresh.applied set event_no = 0, source_ts = null');
    await session.query(
      `update refresh.data_versions set definition_hash = 'restored'
       where data_version_id = (select max(data_version_id) from refresh.data_versions)`,
    );
    return counts;
  }
}

/**
 * Puts a backup, whose header was read already, into an empty database: tables as they were when it was made, their
 * rows, then the migrations that came since. Silver and Gold are left to the next refresh. Returns how many rows of
 * which table were loaded. Throws {@link RestoreRefused} or BrokenBackup, and nothing is loaded then.
 */
export async function restore(
  database: Knex,
  about: Header,
  sections: Sections,
  { patience, onTable }: RestoreOptions,
): Promise<Readonly<Record<string, number>>> {
  await refuseBesideData(database, about);
  await migrate(database, patience, about.migrations);
  const rows = await withSession(database, (session) =>
    inTransaction(session, 'read committed', () => load(session, sections, onTable)),
  );
  await migrate(database, patience);
  return rows;
}
