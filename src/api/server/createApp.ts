import { createServer as createHttpServer } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { Front, type FrontOptions, type Handler } from './answers/front';
import { answerNoHttp, sendBadRequest } from './http/httpErrors';
import { addJsonBodies } from './http/jsonBody';
import { OnlyWebSocketUpgrades } from './live/onlyWebSocketUpgrades';
import { MAX_BODY_BYTES } from './limits/requestLimits';
import type { NewestVersion } from './versions/newestVersion';
import { sendUnreadablePath } from './odata/odataFailure';
import { ODATA_PATH } from './odata/serviceRoot';
import { requestIdOf } from './http/requestId';

/** How long a caller may take to send a request, in milliseconds. Its headers, for which nobody waits long, come in half of it. */
const REQUEST_PATIENCE = 30_000;
/** How often connections are looked at that take longer: Node's own interval would let them stay twice as long. */
const LOOKS_WITHIN_PATIENCE = 6;
/** How long a connection may stay open between two requests: longer than those of most proxies. */
const KEEP_ALIVE_TIMEOUT = 72_000;
declare module 'fastify' {
  interface FastifyInstance {
    newestVersion: NewestVersion;
  }
}

/** No route has a schema: the compilers of such, which take a tenth of the start, are not loaded. */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler },
};

function noCompiler(): never {
  throw new Error('A route has a schema, and nothing that compiles it.');
}

/** The routes behind a front, which begins to answer when it is told with what. */
export function createApp(requestPatience = REQUEST_PATIENCE): {
  app: FastifyInstance;
  meetWith(options: FrontOptions): void;
} {
  let front: Front | undefined;
  let routes: Handler = () => undefined;
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    serverFactory(handler) {
      routes = handler;
      const settings = {
        IncomingMessage: OnlyWebSocketUpgrades,
        requestTimeout: requestPatience,
        headersTimeout: requestPatience / 2,
        connectionsCheckingInterval: requestPatience / LOOKS_WITHIN_PATIENCE,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
      };
      return createHttpServer(settings, (request, response) => {
        if (front) front.meet(request, response);
        else handler(request, response);
      });
    },
    schemaController: NO_SCHEMAS,
    requestIdHeader: false,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    clientErrorHandler: answerNoHttp,
    frameworkErrors: (_, request, reply) => {
      // No route is found for a path that cannot be decoded.
      if (request.url.startsWith(ODATA_PATH)) sendUnreadablePath(request, reply);
      else sendBadRequest(request, reply);
    },
  });
  addJsonBodies(app);
  app.decorateRequest('viewer', null);
  app.decorateRequest('span', null);
  app.decorate('newestVersion', () => null);
  return {
    app,
    meetWith: (options) => {
      front = new Front(options, routes);
    },
  };
}
