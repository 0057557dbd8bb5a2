import { createHash } from 'node:crypto';
import { persistedQueries } from '../../../../src/api/server/documents/persistedQueries';
import { fetchJson, serveTest } from '../support';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

test.each([
  ['short ones', 5_000, ''],
  ['long ones', 50, 'ж'.repeat(400_000)],
])('however many queries a caller registers, %s are kept within a bound', async (_, many, rest) => {
  const store = persistedQueries();
  for (let no = 0; no < many; no += 1) {
    const query = `query Q${no} { __typename } # ${rest}`;
    await store.set(`apq:${hashOf(query)}`, query);
  }
  const kept = await Promise.all(store.keys().map((name) => store.get(name)));
  const bytes = kept.reduce((sum, query) => sum + 2 * (query ?? '').length, 0);
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThanOrEqual(2_000);
  expect(bytes).toBeLessThanOrEqual(8 * 1024 * 1024);
});

test('a query that was pushed out is asked for once more, and those in use stay', async () => {
  const served = await serveTest({ config: { ANSWER_CACHE_BYTES: 0 } });
  const ask = async (query: string, withText: boolean) => {
    const persisted = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
    const { body } = await fetchJson(`${served.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': served.key },
      body: JSON.stringify({ extensions: persisted, ...(withText && { query }) }),
    });
    return body.errors?.[0]?.extensions['code'] ?? 'ok';
  };
  await ask('query First { one }', true);
  await ask('query Used { one }', true);
  for (let no = 0; no < 12; no += 1) {
    expect(await ask(`query Q${no} { one } # ${'x'.repeat(500_000)}`, true)).toBe('ok');
    await ask('query Used { one }', false);
  }
  expect(await ask('query Used { one }', false)).toBe('ok');
  expect(await ask('query First { one }', false)).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect(await ask('query First { one }', true)).toBe('ok');
  await served.stop();
});
