import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { DatabaseError } from 'pg';
import { cancelStatement } from './cancelStatement';
import type { DataRow } from './dataRow';
import { giveBack, lend, type LentClient } from '../lentClient';
import { RowTap } from './rowTap';
import { backendOf } from '../connecting/sessionSettings';
import { numbered, type Sql } from '../sql';
import { SQLSTATE } from '../sqlStates';
import { runTapped } from './tappedStatement';

/** Texts that are known by name; the longest unused one makes room. */
const MAX_TEXTS = 500;
/** Each prepared statement takes memory of its connection: one with so many is replaced. */
const MAX_PREPARED = 300;

export interface TextReading {
  readonly rows: Promise<readonly DataRow[]>;
  /** Stops the statement, which then fails; one that has not begun never does. */
  stop(): void;
}

interface Written {
  readonly text: string;
  readonly name: string;
}

/**
 * Reads rows as the bytes that PostgreSQL sends, each by one statement that is its own
 * snapshot. It goes around knex, and its text is prepared once a connection: what is left is what pg and
 * PostgreSQL need.
 */
export class TextRows {
  private readonly written = new Map<string, Written>();
  private readonly prepared = new WeakMap<LentClient, Set<string>>();
  private readonly taps = new WeakMap<LentClient, RowTap>();

  constructor(private readonly database: Knex) {}

  read(statement: Sql): TextReading {
    let client: LentClient | undefined;
    let stopped = false;
    let stopping: Promise<void> | undefined;
    const read = async () => {
      const lent = await lend(this.database);
      let failure: unknown;
      try {
        if (stopped) throw new Error('The statement was stopped before it began.');
        client = lent;
        return await this.readOver(lent, statement);
      } catch (error) {
        if (client && !leavesConnectionGood(error)) failure = error;
        throw error;
      } finally {
        client = undefined;
        // Until it is stopped the connection is nobody else's, whose statement it would be.
        await stopping;
        await giveBack(this.database, lent, failure);
      }
    };
    return {
      rows: read(),
      stop: () => {
        stopped = true;
        if (client) stopping ??= cancelStatement(this.database, backendOf(client));
      },
    };
  }

  private async readOver(client: LentClient, statement: Sql): Promise<readonly DataRow[]> {
    const written = this.writtenOf(statement.text);
    this.countPrepared(client, written.name);
    return await this.tapOf(client).rowsDuring(() =>
      runTapped(client, { ...written, values: statement.values }),
    );
  }

  private tapOf(client: LentClient): RowTap {
    const known = this.taps.get(client);
    if (known) return known;
    const tap = RowTap.on(client.connection.stream);
    this.taps.set(client, tap);
    return tap;
  }

  /** With the names of parameters as PostgreSQL has them. */
  private writtenOf(text: string): Written {
    const known = this.written.get(text);
    if (known) {
      this.written.delete(text);
      this.written.set(text, known);
      return known;
    }
    const written = nameOf(numbered(text));
    const [oldest] = this.written.keys();
    if (this.written.size >= MAX_TEXTS && oldest !== undefined) this.written.delete(oldest);
    this.written.set(text, written);
    return written;
  }

  private countPrepared(client: LentClient, name: string): void {
    const names = this.prepared.get(client) ?? new Set();
    this.prepared.set(client, names.add(name));
    if (names.size >= MAX_PREPARED) {
      client.__knex__disposed ??= new Error('It has prepared as many statements as it may.');
    }
  }
}

/**
 * By its text, whose parameters' types the server infers from it: a name means the same on every connection and in every
 * process. PostgreSQL reads 63 bytes of a name.
 */
function nameOf(text: string): Written {
  return { text, name: `rows_${createHash('sha256').update(text).digest('base64url')}` };
}

/** What a column holds, or a statement's name means, is no longer what was prepared: all of it is, again. */
const STALE: readonly string[] = [SQLSTATE.featureNotSupported, SQLSTATE.invalidStatementName];

/** An error that the database tells of leaves the connection as it was; all else may not. */
function leavesConnectionGood(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return error.severity === 'ERROR' && !STALE.includes(error.code ?? '');
}
