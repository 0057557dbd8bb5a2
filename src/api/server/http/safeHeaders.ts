import type { FastifyInstance } from 'fastify';

/**
 * What keeps browsers from making more of an answer than it is. A page says its own policy over it. Who has the
 * answer already has them with it: a 304 says as little as it may (RFC 9110, 15.4.5).
 */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  // Nothing that is not a page of its own is to be shown as one.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

export function addSafeHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(SAFE_HEADERS);
    // What may be kept is said where it is answered; of all else no cache is to decide by itself.
    reply.header('cache-control', 'no-store');
  });
  app.addHook('onSend', async (_, reply) => {
    if (reply.statusCode !== 304) return;
    for (const name of Object.keys(SAFE_HEADERS)) reply.removeHeader(name);
  });
}
