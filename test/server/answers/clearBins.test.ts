import { createKey } from '../../../src/access/keys';
import { refresh } from '../../../src/refresh/refresh';
import { createTestDatabase } from '../../support/database';
import { smallDump } from '../../support/twinDatabases';
import { loadLines } from '../../support/warehouse';
import { post, serveTest, type ServedDatabase } from '../support';

let compiled: ServedDatabase;
let resolved: ServedDatabase;
let authorization: string;
beforeAll(async () => {
  const database = await createTestDatabase();
  await loadLines(database.knex, smallDump());
  await refresh(database.knex, { reason: 'test' });
  const { key } = await createKey(database.knex, { name: 'reader', rights: 'marts:read,bin:read' });
  authorization = `Bearer ${key}`;
  compiled = await serveTest({ product: true, database });
  resolved = await serveTest({ product: true, compiled: false, database });
});
afterAll(async () => {
  await resolved.stop();
  await compiled.stop();
});

async function countedBy(served: ServedDatabase, query: string): Promise<number> {
  const counted = async () => {
    const text = await (await fetch(`${served.url}/metrics`)).text();
    return Number(/^techorda_clear_bin_rows_total (\d+)/m.exec(text)?.[1] ?? 0);
  };
  const before = await counted();
  expect((await post(served, query, { authorization })).status).toBe(200);
  return (await counted()) - before;
}

test.each([
  '{ financing(first: 5) { nodes { bin } } }',
  '{ financing(first: 5) { nodes { a: bin b: bin } } }',
  '{ financing(first: 5) { nodes { a: bin binMasked } } exports(first: 3) { nodes { a: companyName } } }',
  '{ a: financing(first: 5) { nodes { x: bin } } b: financing(first: 2) { nodes { x: bin } } }',
  '{ companies(first: 3) { nodes { bin financing(first: 5) { nodes { bin } } } } }',
  '{ companies(first: 3) { nodes { bin reports(first: 5) { nodes { bin: companyName } } } } }',
  '{ companies(first: 3) { nodes { ...a ...b } } } fragment a on Company { bin } fragment b on Company { bin }',
])('rows that show a BIN are counted alike by both ways: %s', async (query) => {
  const expected = await countedBy(resolved, query);
  expect(expected).toBeGreaterThan(0);
  expect(await countedBy(compiled, query)).toBe(expected);
});
