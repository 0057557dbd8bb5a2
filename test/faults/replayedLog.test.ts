import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { sourceSystems } from '../../src/warehouse/systems/declaredSystems';
import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { dumpLine, loadLines } from '../support/databases/warehouse';
import { figure, realLines, rowsWithoutPseudonyms, thorough } from './support';

let lived: TestDatabase;
let empty: TestDatabase;
beforeAll(async () => {
  lived = await createTestDatabase();
  empty = await createTestDatabase();
});
afterAll(async () => {
  await lived.drop();
  await empty.drop();
});

interface Kept {
  readonly topic: string;
  readonly kafka_partition: number;
  readonly kafka_offset: string;
  readonly record_key: string | null;
  readonly payload: string | null;
}

/** The whole log, as Bronze keeps it, in the order of its coordinates. */
async function logOf(database: Knex): Promise<string[]> {
  const lines: string[] = [];
  for (const { bronzeTable } of sourceSystems().tables) {
    const events = await database<Kept>(bronzeTable).orderBy([
      'topic',
      'kafka_partition',
      'kafka_offset',
    ]);
    for (const { topic, kafka_partition, kafka_offset, record_key, payload } of events) {
      const coordinates = { topic, partition: kafka_partition, offset: Number(kafka_offset) };
      lines.push(dumpLine({ ...coordinates, key: record_key, payload }));
    }
  }
  return lines;
}

async function hashOf(database: Knex): Promise<string> {
  const rows = Object.entries(await rowsWithoutPseudonyms(database));
  const gold = rows.filter(([table]) => table.startsWith('gold.'));
  return createHash('sha256').update(JSON.stringify(gold)).digest('hex');
}

test('the whole log, replayed into an empty database, gives the same Gold', async () => {
  const lines = realLines(thorough ? 0.1 : 0.02);
  const PIECES = 10;
  for (let piece = 1; piece <= PIECES; piece += 1) {
    // What was loaded comes again, and the newest comes before it.
    const end = Math.ceil((lines.length * piece) / PIECES);
    const some = lines.slice(Math.max(0, end - (2 * lines.length) / PIECES), end);
    await loadLines(lived.knex, some.reverse());
    await refresh(lived.knex, { reason: `piece ${piece}` });
  }
  const log = await logOf(lived.knex);
  await loadLines(empty.knex, log);
  await refresh(empty.knex, { reason: 'replay' });
  const hash = await hashOf(lived.knex);
  expect(await hashOf(empty.knex)).toBe(hash);
  figure(
    `${log.length} events replayed into an empty database: the same hash of Gold, ${hash.slice(0, 16)}…`,
  );
}, 300_000);
