import type { Client, Connection, Submittable } from 'pg';
import { prepareValue } from 'pg/lib/utils.js';

export interface Statement {
  /** It is prepared under its name, once a connection. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Runs a statement whose rows are not pg's to read. Of what they consist is known, and not asked for: that
 * takes as long as a dozen rows, on both sides. pg runs it as it does the statements of pg-cursor.
 */
export function runTapped(client: Client, statement: Statement): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new TappedStatement(statement, resolve, reject));
  });
}

/** What the types of pg do not show of its connections: the statements that are prepared, by their names. */
interface PreparingConnection extends Connection {
  readonly parsedStatements: Readonly<Record<string, string>>;
}

class TappedStatement implements Submittable {
  /** By these pg notes what it has prepared. */
  readonly name: string;
  readonly text: string;
  private readonly values: (string | Buffer | null)[];

  constructor(
    { name, text, values }: Statement,
    private readonly resolve: () => void,
    private readonly reject: (error: unknown) => void,
  ) {
    this.name = name;
    this.text = text;
    this.values = values.map(prepareValue);
  }

  submit(connection: Connection): void {
    const { name, text, values } = this;
    const { parsedStatements } = connection as PreparingConnection;
    connection.stream.cork();
    if (parsedStatements[name] !== text) connection.parse({ name, text, types: [] }, true);
    connection.bind({ statement: name, values }, true);
    connection.execute(null, true);
    connection.sync();
    connection.stream.uncork();
  }

  handleError(error: unknown): void {
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.resolve();
  }

  handleCommandComplete(): void {
    // It is not done before the connection is ready for another.
  }

  handleEmptyQuery(): void {
    // As above.
  }
}
