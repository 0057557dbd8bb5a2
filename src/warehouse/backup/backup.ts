import type { Knex } from 'knex';
import { to as copyTo } from 'pg-copy-streams';
import { inTransaction, withSession, type Session } from '../../ground/database/session';
import { identifier } from '../../ground/database/sql';
import { NothingToBackUp } from './failures';
import { END_OF_ROWS, FORMAT, type Header } from './format';
import { keptTables, sequencesOf } from './tables';

export interface BackupOptions {
  /** The release that writes it. */
  readonly product: string;
  /** Hears of each table how many rows it had. */
  readonly onTable?: (table: string, rows: number) => void;
}

async function headerOf(session: Session, product: string): Promise<Header> {
  const { rows: made } = await session.query<{ made: boolean }>(
    "select to_regclass('techorda_migrations') is not null as made",
  );
  if (made[0]?.made !== true) {
    throw new NothingToBackUp(
      'The database has no tables of this program: there is nothing to back up.',
    );
  }
  const { rows } = await session.query<{ names: string[]; postgres: string; now: string }>(
    `select array_agg(name::text order by name) as names, current_setting('server_version') as postgres,
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as now
     from techorda_migrations`,
  );
  return {
    techordaBackup: FORMAT,
    product,
    madeAt: rows[0]?.now ?? '',
    postgres: rows[0]?.postgres ?? '',
    migrations: rows[0]?.names ?? [],
  };
}

async function* written(
  session: Session,
  { product, onTable }: BackupOptions,
): AsyncGenerator<Buffer> {
  const line = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);
  yield line(await headerOf(session, product));
  const tables = await keptTables(session);
  const counts: Record<string, number> = {};
  for (const { name, columns } of tables) {
    yield line({ table: name, columns });
    const list = columns.map((column) => identifier(column).text).join(', ');
    const rows = session.query(copyTo(`copy ${identifier(name).text} (${list}) to stdout`));
    for await (const chunk of rows) yield chunk as Buffer;
    yield END_OF_ROWS;
    counts[name] = rows.rowCount;
    onTable?.(name, rows.rowCount);
  }
  yield line({ end: { rows: counts, sequences: await sequencesOf(session, tables) } });
}

/**
 * All that cannot be made again, in one snapshot, while everything goes on. `write` is given it piece by piece, and
 * no faster than it takes it.
 */
export async function backUp(
  database: Knex,
  options: BackupOptions,
  write: (content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  await withSession(database, (session) =>
    inTransaction(session, 'repeatable read', async () => {
      await session.query('set transaction read only');
      // A slow disk is no reason to be cut off in its midst.
      await session.query('set local idle_in_transaction_session_timeout = 0');
      await write(written(session, options));
    }),
  );
}
