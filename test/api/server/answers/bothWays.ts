import { createKey } from '../../../../src/api/access/keys/keys';
import { refresh } from '../../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase } from '../../../support/databases/database';
import { smallDump } from '../../../support/databases/twinDatabases';
import { loadLines } from '../../../support/databases/warehouse';
import { serveTest, type ServedDatabase } from '../support';

export interface BothWays {
  /** Where rows come as the text of the answer, and where resolvers answer, over one database. */
  readonly compiled: ServedDatabase;
  readonly resolved: ServedDatabase;
  /** The header of a caller with the rights that were asked for. */
  readonly authorization: string;
  stop(): Promise<void>;
}

/** The small dump, served by the compiled way and by resolvers alone. */
export async function serveBothWays(rights: string): Promise<BothWays> {
  const database = await createTestDatabase();
  await loadLines(database.knex, smallDump());
  await refresh(database.knex, { reason: 'test' });
  const { key } = await createKey(database.knex, { name: 'reader', rights });
  const compiled = await serveTest({ product: true, database });
  const resolved = await serveTest({ product: true, compiled: false, database });
  return {
    ...{ compiled, resolved, authorization: `Bearer ${key}` },
    async stop() {
      await resolved.stop();
      await compiled.stop();
    },
  };
}
