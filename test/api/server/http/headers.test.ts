import { fetchJson, post, serveTest, type ServedDatabase } from '../support';

const ORIGIN = 'https://dashboard.example.kz';
let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({ config: { CORS_ORIGINS: [ORIGIN] } });
});
afterAll(() => served.stop());

test('every answer keeps browsers from making more of it than it is', async () => {
  const answers = [
    await post(served, '{ one }'),
    await post({ ...served, key: '' }, '{ one }'),
    await fetchJson(`${served.url}/nowhere`),
    await fetchJson(`${served.url}/healthz`),
  ];
  for (const { headers } of answers) {
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  }
});

test('whatever is answered says which caches may keep it, also as an event', async () => {
  const get = (headers: Record<string, string>, path = '/graphql?query={one}') =>
    fetch(served.url + path, { headers: { 'x-api-key': served.key, ...headers } });
  const told = async (answer: Promise<Response>) => {
    const { headers } = await answer;
    return headers.get('cache-control');
  };
  expect(await told(get({}))).toBe('private, no-cache');
  for (const answer of [
    get({ accept: 'text/event-stream' }),
    get({ accept: 'text/event-stream' }, '/graphql?query={nothing}'),
    get({ accept: 'text/event-stream', 'x-api-key': 'none' }),
    get({}, '/metrics'),
    get({}, '/nowhere'),
    preflight(ORIGIN),
  ]) {
    expect(await told(answer)).toBe('no-store');
  }
});

const preflight = (origin: string, path = '/graphql') =>
  fetch(served.url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });

test('pages of a named origin may ask the API, and no others', async () => {
  const allowed = await preflight(ORIGIN);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(allowed.headers.get('access-control-allow-methods')).toBe('GET, POST');
  expect(allowed.headers.get('access-control-allow-headers')).toMatch(/Authorization, X-Api-Key/);
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
  for (const other of [
    await preflight('https://evil.example'),
    await preflight(`${ORIGIN}.evil.example`),
    await preflight('null'),
    await preflight(ORIGIN, '/metrics'),
  ]) {
    expect(other.status).toBeGreaterThanOrEqual(400);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  }
  const answer = await post(served, '{ one }', { origin: ORIGIN });
  expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(answer.headers.get('access-control-expose-headers')).toContain('ETag');
  expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/);
  const elsewhere = await post(served, '{ one }', { origin: 'https://evil.example' });
  expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
  expect(elsewhere.headers.get('vary')).toMatch(/\bOrigin\b/);
  const refused = await post({ ...served, key: '' }, '{ one }', { origin: ORIGIN });
  expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
});

test("a caller's own request id is kept where it can be one", async () => {
  const idOf = async (given: string) =>
    (await post(served, '{ one }', { 'x-request-id': given })).headers.get('x-request-id');
  expect(await idOf('4bf92f3577b34da6')).toBe('4bf92f3577b34da6');
  expect(served.log()).toContain('"requestId":"4bf92f3577b34da6"');
  for (const wrong of [
    'short',
    'x'.repeat(65),
    'has spaces in it',
    '{"level":60}',
    '"quoted-id"',
  ]) {
    expect(await idOf(wrong)).toMatch(/^[\da-f-]{36}$/);
  }
});
