import type { Readable } from 'node:stream';
import type { Knex } from 'knex';
import { copyOut } from '../../../ground/database/rows/copyOut';
import { giveBack, lend, type LentClient } from '../../../ground/database/lentClient';
import { backendOf } from '../../../ground/database/connecting/sessionSettings';
import { numbered, type Sql } from '../../../ground/database/sql';
import type { DataVersion } from '../../resolvers/request/request';
import { cancelStatement } from '../../../ground/database/rows/cancelStatement';
import { DatabaseGone } from '../basis/databaseFailure';
import { dataVersionOf, NEWEST_VERSION, type DataVersionRow } from '../basis/dataVersion';
import { DATABASE_PATIENCE, within } from '../basis/deadline';

/**
 * A connection of the pool of exports: however slow its reader is, no other request waits for it. Its one transaction
 * sees one data version.
 */
export class ExportSession {
  private ending: Promise<void> | undefined;

  private constructor(
    private readonly pool: Knex,
    private readonly client: LentClient,
    /** Null until data has been published for the first time. */
    readonly dataVersion: DataVersion | null,
  ) {}

  /** Throws DatabaseGone. */
  static async open(pool: Knex, statementTimeout: number): Promise<ExportSession> {
    const opening = begin(pool, statementTimeout);
    try {
      const { client, dataVersion } = await within(DATABASE_PATIENCE, opening);
      return new ExportSession(pool, client, dataVersion);
    } catch (error) {
      // One that comes too late is not left open.
      void opening.then(
        ({ client }) => breakOff(pool, client, error),
        () => undefined,
      );
      throw error;
    }
  }

  async read<Row>(statement: Sql): Promise<Row[]> {
    const text = numbered(statement.text);
    const values = [...statement.values];
    const { rows } = await this.client.query(text, values);
    return rows as Row[];
  }

  /** All that the statement gives, at the pace at which it is read. Whoever reads limits the time. */
  async copy(statement: Sql): Promise<Readable> {
    await this.client.query(`set local statement_timeout = 0`);
    return copyOut(this.client, statement);
  }

  /** Gives the connection back, once everything was read. */
  end(): Promise<void> {
    return (this.ending ??= this.commit());
  }

  /** Ends it in the midst of what it does: the database stops at once. */
  abandon(): Promise<void> {
    return (this.ending ??= this.cancel());
  }

  private async commit(): Promise<void> {
    const failure: unknown = await this.client.query('commit').then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) await giveBack(this.pool, this.client);
    else await breakOff(this.pool, this.client, failure);
  }

  private async cancel(): Promise<void> {
    const pid = backendOf(this.client);
    await breakOff(this.pool, this.client, 'It was left in the midst of an export.');
    await cancelStatement(this.pool, pid);
  }
}

async function begin(
  pool: Knex,
  statementTimeout: number,
): Promise<{ client: LentClient; dataVersion: DataVersion | null }> {
  const client = await lend(pool).catch((error: unknown) => {
    throw new DatabaseGone(error);
  });
  try {
    await client.query('begin isolation level repeatable read, read only');
    const { rows } = await client.query<DataVersionRow>(
      `select set_config('statement_timeout', $1, true), version.*
       from (values (1)) as always (one) left join (${NEWEST_VERSION}) as version on true`,
      [String(statementTimeout)],
    );
    const [row] = rows;
    return { client, dataVersion: row ? dataVersionOf(row) : null };
  } catch (error) {
    await breakOff(pool, client, error);
    throw error;
  }
}

/** Ends the connection, whatever goes on over it. */
async function breakOff(pool: Knex, client: LentClient, failure: unknown): Promise<void> {
  client.connection.stream.destroy();
  await giveBack(pool, client, failure);
}
