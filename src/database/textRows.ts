import type { Knex } from 'knex';
import type { Client } from 'pg';
import type { Sql } from './sql';

/** Each prepared statement takes memory of each connection: texts beyond these are sent unprepared. */
const MOST_PREPARED = 200;
const MOST_TEXTS = 2_000;

type TextRow = readonly (string | null)[];

/** A statement under way, which can be stopped. */
export interface TextReading {
  readonly rows: Promise<readonly TextRow[]>;
  /** The number of the backend that does it, once one does. */
  readonly pid: () => number | undefined;
}

interface Written {
  readonly text: string;
  readonly name?: string;
}

/** Values stay the texts that PostgreSQL writes. */
const asTexts = { getTypeParser: () => (value: string) => value };

/**
 * Reads rows as arrays of texts, each by one statement that is its own snapshot. It goes around knex, and
 * its text is prepared once a connection: what is left is what pg and PostgreSQL need.
 */
export class TextRows {
  private readonly written = new Map<string, Written>();

  constructor(private readonly database: Knex) {}

  read(statement: Sql): TextReading {
    let pid: number | undefined;
    const read = async () => {
      const client = (await this.database.client.acquireConnection()) as LentClient;
      try {
        pid = client.processID;
        const { rows } = await client.query<(string | null)[]>({
          ...this.writtenOf(statement.text),
          values: [...statement.values],
          rowMode: 'array',
          types: asTexts,
        });
        return rows;
      } catch (error) {
        // An answer of the database leaves the connection as it was; all else may not.
        if (!(error instanceof Error && 'severity' in error)) client.__knex__disposed = error;
        throw error;
      } finally {
        pid = undefined;
        await this.database.client.releaseConnection(client);
      }
    };
    return { rows: read(), pid: () => pid };
  }

  /** With the names of parameters as PostgreSQL has them. */
  private writtenOf(text: string): Written {
    const known = this.written.get(text);
    if (known) return known;
    let parameters = 0;
    const numbered = text.replaceAll('?', () => `$${String((parameters += 1))}`);
    const number = this.written.size;
    if (number >= MOST_TEXTS) return { text: numbered };
    const written =
      number < MOST_PREPARED
        ? { text: numbered, name: `rows_${String(number)}` }
        : { text: numbered };
    this.written.set(text, written);
    return written;
  }
}

interface LentClient extends Client {
  readonly processID: number;
  /** Marks a connection of knex's pool as broken, so that the pool replaces it. */
  __knex__disposed?: unknown;
}
