import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Viewer } from '../access/viewer';

/** What the log tells of a request that was answered. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly elapsed: number;
  readonly viewer: Viewer | null;
  /** Rows of the answer with a clear BIN. */
  readonly clearBins: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Rows of the answer with a clear BIN: the log knows of them at once, the ledger soon. */
    clearBins: number;
  }
}

/** One line a request: of the path without its query, which holds what the caller asked for. */
export function logRequest(log: Logger, request: AnsweredRequest): void {
  if (!log.isLevelEnabled('info')) return;
  const { requestId, method, route, status, elapsed, viewer, clearBins } = request;
  // What is absent is undefined, which the log leaves out.
  const line = {
    requestId,
    method,
    route,
    status,
    milliseconds: Math.round(elapsed),
    keyId: viewer?.keyId,
    clearBins: clearBins > 0 ? clearBins : undefined,
  };
  log.info(line, 'request');
}

export function addRequestLog(app: FastifyInstance, log: Logger): void {
  app.decorateRequest('clearBins', 0);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    logRequest(log, {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      elapsed: reply.elapsedTime,
      viewer: request.viewer,
      clearBins: request.clearBins,
    });
  });
}
