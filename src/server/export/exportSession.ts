import type { Readable } from 'node:stream';
import type { Knex } from 'knex';
import type { Client } from 'pg';
import { copyOut } from '../../database/copyOut';
import { numbered, type Sql } from '../../database/sql';
import type { DataVersion } from '../../resolvers/request';
import { cancelStatement } from '../cancelStatement';
import { DatabaseGone } from '../databaseFailure';
import { dataVersionOf, NEWEST_VERSION, type DataVersionRow } from '../dataVersion';
import { DATABASE_PATIENCE, within } from '../deadline';

/** A client of pg, with what its own types do not show. */
type Connection = Client & {
  readonly processID: number;
  readonly connection: { readonly stream: { destroy(): void } };
};

/**
 * A connection of an export's own, beside the pool: however slow its reader is, no request waits for it. Its one
 * transaction sees one data version.
 */
export class ExportSession {
  private ending: Promise<void> | undefined;

  private constructor(
    private readonly database: Knex,
    private readonly client: Connection,
    /** Null until data has been published for the first time. */
    readonly dataVersion: DataVersion | null,
  ) {}

  /** Throws DatabaseGone. */
  static async open(database: Knex, statementTimeout: number): Promise<ExportSession> {
    const opening = begin(database, statementTimeout);
    try {
      return await within(DATABASE_PATIENCE, opening);
    } catch (error) {
      // One that comes too late is not left open.
      void opening.then(
        (late) => late.end(),
        () => undefined,
      );
      throw error;
    }

    async function begin(pool: Knex, milliseconds: number): Promise<ExportSession> {
      const client = (await pool.client.acquireRawConnection().catch((error: unknown) => {
        throw new DatabaseGone(error);
      })) as Connection;
      // Told by the statement that fails with it.
      client.on('error', () => undefined);
      try {
        await client.query('begin isolation level repeatable read, read only');
        const { rows } = await client.query<DataVersionRow>(
          `select set_config('statement_timeout', $1, true), version.*
           from (values (1)) as always (one) left join (${NEWEST_VERSION}) as version on true`,
          [String(milliseconds)],
        );
        const [row] = rows;
        return new ExportSession(pool, client, row ? dataVersionOf(row) : null);
      } catch (error) {
        client.connection.stream.destroy();
        throw error;
      }
    }
  }

  async read<Row>(statement: Sql): Promise<Row[]> {
    const { text, values } = numbered(statement);
    const { rows } = await this.client.query(text, values);
    return rows as Row[];
  }

  /** All that the statement gives, at the pace at which it is read. Whoever reads limits the time. */
  async copy(statement: Sql): Promise<Readable> {
    await this.client.query(`set local statement_timeout = 0`);
    return copyOut(this.client, statement);
  }

  /** Gives the connection back to the database, once everything was read. */
  end(): Promise<void> {
    return (this.ending ??= this.client.end().catch(() => undefined));
  }

  /** Ends it in the midst of what it does: the database stops at once. */
  abandon(): Promise<void> {
    return (this.ending ??= this.cancel());
  }

  private async cancel(): Promise<void> {
    const { processID } = this.client;
    this.client.connection.stream.destroy();
    await cancelStatement(this.database, processID);
  }
}
