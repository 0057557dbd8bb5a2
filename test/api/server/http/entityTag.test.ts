import { SAFE_HEADERS } from '../../../../src/api/server/http/safeHeaders';
import { fetchJson, post, publishVersion, serveTest, until, type ServedDatabase } from '../support';

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({
    typeDefs: `
      type Query {
        one: Int, dataVersion: DataVersion, refreshRuns: RefreshRunConnection!
        quarantine: QuarantinedRecordConnection!
      }
      type Mutation { act: Int }
      type DataVersion { id: ID!, lagSeconds: Float, pendingEvents: Int }
      type RefreshRunConnection { totalCount: Int! }
      type QuarantinedRecordConnection { totalCount: Int! }`,
    resolvers: {
      Query: {
        one: () => 1,
        dataVersion: () => ({ id: 1, lagSeconds: 2, pendingEvents: 3 }),
        refreshRuns: () => ({ totalCount: 0 }),
        quarantine: () => ({ totalCount: 0 }),
      },
      Mutation: { act: () => 1 },
    },
  });
  await publishVersion(served.database);
});
afterAll(() => served.stop());

const get = (query: string, headers: Record<string, string> = {}) =>
  fetchJson(`${served.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { authorization: `Bearer ${served.key}`, ...headers },
  });

test('an answer bears a strong tag, which changes with the data version and nothing else', async () => {
  const first = await get('{ one }');
  const tag = first.headers.get('etag') ?? '';
  expect(tag).toMatch(/^"[\w-]{32}"$/);
  expect(first.headers.get('cache-control')).toBe('private, no-cache');
  expect((await get('{ one }')).headers.get('etag')).toBe(tag);
  expect((await post(served, '{ one }')).headers.get('etag')).toBe(tag);
  await publishVersion(served.database);
  await until(async () => (await get('{ one }')).headers.get('etag') !== tag);
});

test('an answer that the caller has already is not sent again', async () => {
  const tag = (await get('{ one }')).headers.get('etag') ?? '';
  for (const given of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await get('{ one }', { 'if-none-match': given });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect(again.headers.get('etag')).toBe(tag);
    expect(again.headers.get('x-request-id')).not.toBeNull();
    expect([...again.headers.keys()].filter((name) => name in SAFE_HEADERS)).toEqual([]);
  }
  expect(await get('{ one }', { 'if-none-match': '"other"' })).toMatchObject({ status: 200 });
  expect(await post(served, '{ one }', { 'if-none-match': tag })).toMatchObject({ status: 200 });
});

test('answers that hold for the moment only bear no tag', async () => {
  for (const query of [
    '{ dataVersion { lagSeconds } }',
    '{ one dataVersion { ...f } } fragment f on DataVersion { waiting: pendingEvents }',
    '{ refreshRuns { totalCount } }',
    '{ runs: refreshRuns { __typename } }',
    '{ quarantine { totalCount } }',
  ]) {
    const { status, headers } = await get(query);
    expect([status, headers.get('etag'), headers.get('cache-control')]).toEqual([
      200,
      null,
      'no-store',
    ]);
  }
  expect((await get('{ dataVersion { id } }')).headers.get('etag')).not.toBeNull();
  expect((await post(served, 'mutation { act }')).headers.get('etag')).toBeNull();
  expect((await get('{ two }')).headers.get('etag')).toBeNull();
});
