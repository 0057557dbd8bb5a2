import { post, type ServedDatabase } from '../support';
import { serveBothWays, type BothWays } from './bothWays';

let both: BothWays;
beforeAll(async () => {
  both = await serveBothWays('marts:read,bin:read');
});
afterAll(() => both.stop());

async function countedBy(served: ServedDatabase, query: string): Promise<number> {
  const counted = async () => {
    const text = await (await fetch(`${served.url}/metrics`)).text();
    return Number(/^techorda_clear_bin_rows_total (\d+)/m.exec(text)?.[1] ?? 0);
  };
  const before = await counted();
  expect((await post(served, query, { authorization: both.authorization })).status).toBe(200);
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
  const expected = await countedBy(both.resolved, query);
  expect(expected).toBeGreaterThan(0);
  expect(await countedBy(both.compiled, query)).toBe(expected);
});
