import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

/** One line a request: of the path without its query, which holds what the caller asked for. */
export function addRequestLog(app: FastifyInstance, log: Logger): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    log.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
        ...(request.viewer && { keyId: request.viewer.keyId }),
      },
      'request',
    );
  });
}
