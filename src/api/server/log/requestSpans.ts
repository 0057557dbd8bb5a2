import type { FastifyInstance } from 'fastify';
import { isLeft, LEFT } from '../basis/endedAnswers';
import { beginSpan, type Span, type TraceIds } from '../../../ground/tracing/spans';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of the request; null where nobody is told of spans. */
    span: (Span & TraceIds) | null;
  }
}

/**
 * A span for each request, within that of the caller where its `traceparent` names one: of the route, the
 * status and the request's id, and of nothing that the caller asked for.
 */
export function addRequestSpans(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const parent = request.headers['traceparent'];
    const route = request.routeOptions.url ?? 'none';
    const span = beginSpan(
      `${request.method} ${route}`,
      {
        'http.request.method': request.method,
        'http.route': route,
        'techorda.request.id': request.id,
      },
      typeof parent === 'string' ? parent : undefined,
    );
    request.span = span;
    // Also where the caller hangs up.
    reply.raw.once('close', () => {
      const status = isLeft(reply.raw) ? LEFT.status : reply.statusCode;
      span.tell({ 'http.response.status_code': status });
      if (status >= 500) span.fail();
      span.end();
    });
    span.within(done);
  });
  // What reads a body goes on in the socket's own context.
  app.addHook('preHandler', (request, _, done) =>
    request.span ? request.span.within(done) : done(),
  );
}
