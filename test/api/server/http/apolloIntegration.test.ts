/**
 * @jest-environment <rootDir>/test/support/jest/apolloSuiteEnvironment.ts
 */
import { ApolloServer } from '@apollo/server';
import {
  defineIntegrationTestSuite,
  type CreateServerForIntegrationTests,
} from '@apollo/server-integration-testsuite';
import { askApollo, setHead } from '../../../../src/api/server/apollo/askApollo';
import { createApp } from '../../../../src/api/server/createApp';
import { MAX_BODY_BYTES } from '../../../../src/api/server/limits/requestLimits';
import { addHttpErrors } from '../../../../src/api/server/http/httpErrors';
import { createLog } from '../../../../src/api/server/log/log';

const log = createLog({ LOG_LEVEL: 'fatal' });

/** A server of Apollo's behind all that stands between HTTP and Apollo in the product. */
const serve: CreateServerForIntegrationTests = async (config, { context } = {}) => {
  const server = new ApolloServer(config);
  await server.start();
  const { app } = createApp();
  addHttpErrors(app, { statementTimeout: 30_000, bodyLimit: MAX_BODY_BYTES, log });
  app.route({
    method: ['GET', 'POST'],
    url: '/',
    exposeHeadRoute: false,
    async handler(request, reply) {
      const answer = await askApollo(server, request, context ?? (async () => ({})));
      setHead(reply, answer);
      return reply.send(answer.text);
    },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { server, url, extraCleanup: () => app.close() };
};

// The product's GraphQL knows no @defer, and its answers come whole.
defineIntegrationTestSuite(serve, { noIncrementalDelivery: true });

test.each([
  ['a POST of JSON', 200, 'POST', { 'content-type': 'application/json' }],
  ['a POST of a text', 415, 'POST', { 'content-type': 'text/plain' }],
  ['a POST of a form', 415, 'POST', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['a GET', 400, 'GET', {}],
  ['a GET of JSON', 200, 'GET', { 'content-type': ' application/json  ; charset=utf-8' }],
  ['a GET of a text', 400, 'GET', { 'content-type': '  text/plain  ; charset=utf-8' }],
  ['a GET of no type', 415, 'GET', { 'content-type': 'invalid' }],
  ['a GET with a header that is asked for', 200, 'GET', { 'apollo-require-preflight': 'yes' }],
  ['a GET with any other header', 400, 'GET', { 'please-preflight-me': 'yes' }],
])(
  'what a page of another site could send unasked is refused: %s is %i',
  async (_, status, method, headers) => {
    const { server, url, extraCleanup } = await serve({ typeDefs: 'type Query { one: Int }' });
    const query = '{ __typename }';
    const asked = method === 'GET' ? `?query=${encodeURIComponent(query)}` : '';
    const body = method === 'GET' ? {} : { body: JSON.stringify({ query }) };
    const answer = await fetch(`${url}/${asked}`, { method, headers, ...body });
    expect(answer.status).toBe(status);
    await server.stop();
    await extraCleanup?.();
  },
);
