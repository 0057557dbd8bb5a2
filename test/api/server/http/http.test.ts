import { connect } from 'node:net';
import { fetchJson, post, publishVersion, serveTest, type ServedDatabase } from '../support';

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({
    typeDefs: 'type Query { one: Int, echo(text: String!): String } type Mutation { act: Int }',
    resolvers: {
      Query: { one: () => 1, echo: (_, { text }) => text },
      Mutation: { act: () => 1 },
    },
  });
});
afterAll(() => served.stop());

const authorized = () => ({ authorization: `Bearer ${served.key}` });
const codeOf = ({ body }: { body: { errors?: readonly { extensions: unknown }[] } }) =>
  (body.errors?.[0]?.extensions as { code?: string } | undefined)?.code;

test('a query is answered by POST and by GET', async () => {
  expect((await post(served, '{ one }')).body.data).toEqual({ one: 1 });
  const got = await fetchJson(`${served.url}/graphql?query=%7Bone%7D`, { headers: authorized() });
  expect(got).toMatchObject({ status: 200, body: { data: { one: 1 } } });
});

test.each([
  'operationName=',
  'variables=',
  'extensions=',
  'operationName=&variables=&extensions=&documentId=',
  'variables=null&extensions=null',
])('of a GET the parameters %s are not given', async (empty) => {
  for (const [query, data] of [
    ['{ one }', { one: 1 }],
    ['query Echo { echo(text: "a") }', { echo: 'a' }],
  ] as const) {
    const url = `${served.url}/graphql?${empty}&query=${encodeURIComponent(query)}`;
    const got = await fetchJson(url, { headers: authorized() });
    expect(got).toMatchObject({ status: 200, body: { data } });
  }
});

test.each(['""', 'null'])('an operationName %s in a body is not given', async (operationName) => {
  for (const query of ['{ one }', 'query Echo { one }']) {
    const answer = await fetchJson(`${served.url}/graphql`, {
      method: 'POST',
      headers: { ...authorized(), 'content-type': 'application/json' },
      body: `{"query":"${query}","operationName":${operationName},"variables":null,"extensions":null}`,
    });
    expect(answer).toMatchObject({ status: 200, body: { data: { one: 1 } } });
  }
});

test('a parameter that stands twice is refused', async () => {
  const url = `${served.url}/graphql?query=%7Bone%7D&operationName=a&operationName=b`;
  expect((await fetchJson(url, { headers: authorized() })).status).toBe(400);
});

test('a mutation is refused by GET', async () => {
  const query = encodeURIComponent('mutation { act }');
  const answer = await fetchJson(`${served.url}/graphql?query=${query}`, { headers: authorized() });
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('POST');
});

test.each([
  ['malformed JSON', '{"query":', 'application/json', 400],
  ['an empty body', '', 'application/json', 400],
  ['a body of another type', 'query', 'text/plain', 415],
  ['a form', 'query=%7Bone%7D', 'application/x-www-form-urlencoded', 415],
  ['a batch', '[{"query":"{one}"}]', 'application/json', 400],
  ['a body without a query', '{"variables":{}}', 'application/json', 400],
  ['variables that are no object', '{"query":"{one}","variables":7}', 'application/json', 400],
  ['a body over 1 MiB', JSON.stringify({ query: ' '.repeat(1 << 20) }), 'application/json', 413],
])('%s is refused in JSON', async (_, body, contentType, status) => {
  const answer = await fetchJson(`${served.url}/graphql`, {
    method: 'POST',
    headers: { ...authorized(), 'content-type': contentType },
    body,
  });
  expect(answer).toMatchObject({ status });
  expect(codeOf(answer)).toBe('BAD_REQUEST');
  expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});

const NO_QUERY =
  'The request has no query; expected one, or documentId or extensions.persistedQuery in its place.';
test.each([
  ['{}', NO_QUERY],
  ['{"query":""}', NO_QUERY],
  ['{"query":null,"variables":{}}', NO_QUERY],
  ['{"operationName":"One","extensions":{}}', NO_QUERY],
  [
    '[{"query":"{one}"},{"query":"{one}"}]',
    'The body holds a list of requests, which are not answered together; expected one, such as {"query": "{ dataVersion { id } }"}.',
  ],
  [
    '"{one}"',
    'The body holds no request; expected an object such as {"query": "{ dataVersion { id } }"}.',
  ],
  [
    '{"query"',
    'Invalid JSON is in the body; expected an object such as {"query": "{ dataVersion { id } }"}.',
  ],
  ['{"query":7}', 'query is 7; expected the text of a document.'],
  ['{"query":"{one}","operationName":["One"]}', 'operationName is ["One"]; expected a name.'],
  [
    '{"query":"{one}","variables":"{}"}',
    'variables is "{}"; expected an object, not a text of one.',
  ],
  ['{"query":"{one}","extensions":[]}', 'extensions is []; expected an object, not a text of one.'],
])('of %s it is said what was expected', async (body, sentence) => {
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const answer = await fetchJson(`${served.url}/graphql`, {
      method: 'POST',
      headers: { ...authorized(), 'content-type': 'application/json', accept },
      body,
    });
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
    expect(answer.body.errors).toMatchObject([
      { message: sentence, extensions: { code: 'BAD_REQUEST' } },
    ]);
  }
});

test.each([
  ['', NO_QUERY],
  ['?query=', NO_QUERY],
  ['?variables=%7B%7D', NO_QUERY],
  ['?query=%7Bone%7D&variables=7', 'variables is 7; expected an object, not a text of one.'],
])('of a GET with %j too', async (search, sentence) => {
  const answer = await fetchJson(`${served.url}/graphql${search}`, { headers: authorized() });
  expect(answer).toMatchObject({ status: 400 });
  expect(answer.body.errors).toMatchObject([
    { message: sentence, extensions: { code: 'BAD_REQUEST' } },
  ]);
});

test('a path without anything is 404, and a wrong method 405, in JSON', async () => {
  const nowhere = await fetchJson(`${served.url}/nowhere?x=1`);
  expect(nowhere).toMatchObject({ status: 404 });
  expect(nowhere.body.errors?.[0]?.message).toBe(
    'There is nothing at /nowhere. The API is at /graphql.',
  );
  // What the router itself would read as a pattern is a path like any other.
  for (const path of ['/*/', '/:a(', '/a*b']) {
    expect(await fetchJson(served.url + path)).toMatchObject({ status: 404 });
  }
  for (const [path, method, allow] of [
    ['/graphql', 'DELETE', 'GET, POST'],
    ['/healthz', 'POST', 'GET, HEAD'],
  ] as const) {
    const answer = await fetchJson(served.url + path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(codeOf(answer)).toBe('BAD_REQUEST');
  }
});

test.each([
  ['GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
  ['nonsense\r\n\r\n', 400],
  [`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
])('what is hardly HTTP is refused in JSON with an id (%#)', async (request, status) => {
  const { port } = new URL(served.url);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toMatch(/content-type: application\/json/i);
  expect(answer).toMatch(/x-request-id: [\da-f-]{36}/i);
  expect(answer).toContain('"code":"BAD_REQUEST"');
});

test('an answer names the data version that it is from, once there is one', async () => {
  const before = await post(served, '{ one }');
  expect(before.body.extensions?.['dataVersion']).toBeUndefined();
  const id = await publishVersion(served.database);
  for (const query of ['{ one }', '{ one', '{ two }']) {
    const { body } = await post(served, query);
    expect(body.extensions?.['dataVersion']).toEqual({
      id,
      publishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/) as string,
    });
  }
});

test('what is too long, too deep or too wide is refused', async () => {
  const wide = Array.from({ length: 31 }, (_, index) => `f${index}: one`).join(' ');
  expect((await post(served, `{ ${wide} }`)).body.errors?.[0]?.message).toBe(
    'The operation asks for more than 30 root fields, the most that are answered at once.',
  );
  const inFragment = `{ ...a } fragment a on Query { ${wide} }`;
  expect(codeOf(await post(served, inFragment))).toBe('GRAPHQL_VALIDATION_FAILED');
  const deep = `{ ${'one { '.repeat(16)} one ${'}'.repeat(16)} }`;
  expect((await post(served, deep)).body.errors?.map(({ message }) => message)).toContain(
    'The query nests fields more than 15 deep.',
  );
  const long = `{ ${'one '.repeat(5_001)} }`;
  expect(codeOf(await post(served, long))).toBe('BAD_USER_INPUT');
});

test('fragments that spread each other round and round are refused quickly', async () => {
  const names = Array.from({ length: 45 }, (_, index) => `f${index}`);
  const spreads = names.map((name) => `...${name}`).join(' ');
  const fragments = names.map((name) => `fragment ${name} on Query { ${spreads} }`).join(' ');
  // What the server and the test work at it, which run in this process, whatever else the machine does.
  const before = process.cpuUsage();
  const answer = await post(served, `{ ...f0 } ${fragments}`);
  const { user, system } = process.cpuUsage(before);
  expect(codeOf(answer)).toBe('GRAPHQL_VALIDATION_FAILED');
  expect(user + system).toBeLessThan(3_000_000);
});

test('the log has a line for each request, and nothing that a caller asked for or showed', async () => {
  await post(served, '{ echo(text: "990140000385") }');
  await fetchJson(`${served.url}/graphql?query=%7Becho(text:%22990140000386%22)%7D`, {
    headers: { 'x-api-key': served.key },
  });
  expect(served.log()).toContain('"route":"/graphql"');
  expect(served.log()).not.toMatch(/99014000038/);
  expect(served.log()).not.toContain(served.key);
});

test('metrics tell counts, durations and the age of the data, and no caller', async () => {
  await post(served, '{ one }');
  const response = await fetch(`${served.url}/metrics`);
  const text = await response.text();
  expect(response.headers.get('content-type')).toContain('text/plain');
  expect(text).toMatch(/techorda_graphql_operations_total\{outcome="ok"\} [1-9]/);
  expect(text).toMatch(/techorda_http_request_duration_seconds_count\{route="\/graphql"/);
  expect(text).toMatch(/techorda_pending_events 0/);
  expect(text).toMatch(/techorda_data_version_age_seconds [\d.]+/);
  expect(text).toMatch(/techorda_database_up 1/);
  expect(text).not.toContain('tg_');
});

test.each([
  ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
  ['application/graphql-response+json, application/json;q=0.9', 'application/json; charset=utf-8'],
  ['application/graphql-response+json, */*;q=0.1', 'application/json; charset=utf-8'],
  ['text/html', 'application/json; charset=utf-8'],
])('who takes %s is refused in %s', async (accept, contentType) => {
  const headers = { accept, 'content-type': 'application/json' };
  for (const refused of [
    await fetch(`${served.url}/graphql`, { method: 'POST', headers, body: '{"query":"{one}"}' }),
    await fetch(`${served.url}/nothing`, { headers }),
  ]) {
    expect([401, 404]).toContain(refused.status);
    expect(refused.headers.get('content-type')).toBe(contentType);
  }
});
