import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

const METHODS = 'GET, POST';
const REQUEST_HEADERS =
  'Authorization, X-Api-Key, Content-Type, Accept, Prefer, OData-MaxVersion, OData-Version, If-None-Match, X-Request-Id, Apollo-Require-Preflight';
const SHOWN_HEADERS =
  'ETag, OData-Version, Preference-Applied, X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, Content-Disposition, X-Data-Version, X-Published-At, X-Source-Time, X-Total-Count';
/** What they may ask. */
const ASKED = /^\/(graphql|export\/[\w.]+|odata(\/[^?]*)?)(\?|$)/;
/** How long a browser may keep the answer to its question, in seconds. */
const MAX_AGE = 600;

/** What a page of a named origin needs to read an answer. */
export function crossOriginHeaders(
  { origin }: IncomingHttpHeaders,
  origins: readonly string[],
): Readonly<Record<string, string>> {
  if (origin === undefined || !origins.includes(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': SHOWN_HEADERS,
  };
}

/**
 * Lets pages of the named origins ask /graphql, /export and /odata. No cookie is a credential here, so that other origins can
 * do nothing in anybody's name; they cannot read answers either.
 */
export function addCrossOrigin(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook('onRequest', async ({ method, headers, url }, reply) => {
    if (!ASKED.test(url)) return;
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) {
      reply.headers(crossOriginHeaders(headers, origins));
      return;
    }
    const { origin } = headers;
    if (origin === undefined || !origins.includes(origin)) return;
    return reply
      .code(204)
      .header('access-control-allow-origin', origin)
      .header('access-control-allow-methods', METHODS)
      .header('access-control-allow-headers', REQUEST_HEADERS)
      .header('access-control-max-age', String(MAX_AGE))
      .header('vary', 'Origin')
      .send();
  });
  // Caches must not give one origin's answer to another.
  app.addHook('onSend', async (_, reply) => {
    const vary = reply.getHeader('vary');
    if (vary === undefined) reply.header('vary', 'Origin');
    else if (!/\borigin\b/i.test(String(vary))) reply.header('vary', `${String(vary)}, Origin`);
  });
}
