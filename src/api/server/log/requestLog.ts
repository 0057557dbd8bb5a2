import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Viewer } from '../../access/viewer';
import { isLeft, LEFT } from '../basis/endedAnswers';

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

/** Asked every few seconds by machines, for ever: a line of each would hide all others. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * One line a request: of the path without its query, which holds what the caller asked for. Probes and
 * scrapes that are answered well are logged at `debug` only.
 */
export function logRequest(log: Logger, request: AnsweredRequest): void {
  const { requestId, method, route, status, elapsed, viewer, clearBins } = request;
  const level = PROBES.has(route) && status < 400 ? 'debug' : 'info';
  if (!log.isLevelEnabled(level)) return;
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
  log[level](line, 'request');
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
      status: isLeft(reply.raw) ? LEFT.status : reply.statusCode,
      elapsed: reply.elapsedTime,
      viewer: request.viewer,
      clearBins: request.clearBins,
    });
  });
}
