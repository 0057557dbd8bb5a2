import { ask, type Asker } from './ask';
import { createTestDatabase, type TestDatabase } from '../databases/database';
import { givenPublication, givenRows } from '../databases/gold';

/** A database of its own with published rows of one mart, and its answers. */
export class MartAnswers {
  private constructor(private readonly database: TestDatabase) {}

  static async over(
    table: string,
    rows: readonly Readonly<Record<string, unknown>>[],
  ): Promise<MartAnswers> {
    const database = await createTestDatabase();
    await givenPublication(database.knex);
    await givenRows(database.knex, table, rows);
    return new MartAnswers(database);
  }

  /** The nodes of the only root field. Throws where the answer has errors. */
  async nodes(query: string, asker: Asker = {}): Promise<unknown> {
    const { data, errors } = await ask(this.database.knex, query, asker);
    if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
    const [connection] = Object.values(data ?? {}) as { nodes: unknown }[];
    return connection?.nodes;
  }

  end(): Promise<void> {
    return this.database.drop();
  }
}
