import { answerError } from '../../../../src/api/resolvers/request/errors';
import { BadInput } from '../../../../src/api/query/values/badInput';
import { post, publishVersion, serveTest, type ServedDatabase } from '../support';

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({
    typeDefs: `type Query {
      one: Int, broken: Int, sql(bin: String): Int, forbidden: Int, wrong: Int, slow: Int, after: Int,
      never: Int!
    }`,
    resolvers: {
      Query: {
        one: () => 1,
        broken: () => {
          throw new Error('secret of /srv/techorda/src/server.ts');
        },
        sql: async (_source, { bin }, context) =>
          (await context.snapshot()).database.raw('select nothing(?)', [String(bin)]),
        forbidden: () => {
          throw answerError('FORBIDDEN', 'This needs the right bin:read.');
        },
        wrong: () => {
          throw new BadInput('The cursor is not one of this list.');
        },
        slow: async (_source, _arguments, context) =>
          (await context.snapshot()).database.raw('select pg_sleep(300)'),
        after: async (_source, _arguments, context) => {
          const { database } = await context.snapshot();
          await database.raw('select pg_sleep(0.05)');
          return 1;
        },
        never: () => null,
      },
    },
    config: { STATEMENT_TIMEOUT_MS: 300 },
  });
  await publishVersion(served.database);
});
afterAll(() => served.stop());

test('an unexpected error is an internal one, whose cause is in the log under its id', async () => {
  const { status, headers, text, body } = await post(served, '{ one broken }');
  expect(status).toBe(200);
  expect(body.data).toEqual({ one: 1, broken: null });
  const requestId = headers.get('x-request-id');
  expect(body.errors).toMatchObject([
    {
      message: 'Internal error. The log knows more under the id of this request.',
      path: ['broken'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    },
  ]);
  expect(text).not.toMatch(/secret|stack|node_modules/);
  const line = served
    .log()
    .split('\n')
    .find((each) => each.includes(String(requestId)) && each.includes('internal error'));
  expect(line).toContain('secret of /srv/techorda/src/server.ts');
});

test('statements and the values in them are in no answer, and the values in no log', async () => {
  const { status, text } = await post(served, '{ sql(bin: "990140000385") }');
  expect(status).toBe(500);
  expect(text).not.toMatch(/select|nothing\(|990140000385/);
  expect(served.log()).toContain('function nothing');
  expect(served.log()).not.toContain('990140000385');
});

test('what graphql-js itself finds wrong in an answer is an internal error too', async () => {
  const { body } = await post(served, '{ never }');
  expect(body.errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
  expect(served.log()).toContain('Cannot return null for non-nullable field Query.never');
});

test('errors for the caller keep their sentence; the status says what is missing', async () => {
  const forbidden = await post(served, '{ forbidden }');
  expect(forbidden.status).toBe(403);
  expect(forbidden.body.errors).toMatchObject([
    { message: 'This needs the right bin:read.', extensions: { code: 'FORBIDDEN' } },
  ]);
  expect(await post(served, '{ one forbidden }')).toMatchObject({ status: 200 });
  const wrong = await post(served, '{ wrong }');
  expect(wrong.body.errors).toMatchObject([
    { message: 'The cursor is not one of this list.', extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

test('a statement that takes too long is given up, and the caller told so', async () => {
  // It would take longer than this test may.
  const { status, headers, body } = await post(served, '{ slow after }');
  expect(status).toBe(503);
  expect(headers.get('etag')).toBeNull();
  expect(body.errors?.map(({ message, extensions }) => [message, extensions['code']])).toEqual([
    [
      'The answer took the database longer than 0.3 seconds and was given up. Ask for fewer rows, or filter by year.',
      'UNAVAILABLE',
    ],
    ['This was not read, because another part of the request failed before it.', 'UNAVAILABLE'],
  ]);
  expect(await post(served, '{ one }')).toMatchObject({ status: 200 });
});
