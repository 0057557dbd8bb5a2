import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { authenticate, type Found, type Recognise } from '../access/authenticate';
import type { Viewer } from '../access/viewer';
import { passedOn } from './answers/passedOn';
import { DATABASE_PATIENCE, within } from './deadline';
import { sendFailure } from './httpErrors';
import type { ServerLedger } from './ledger';
import { sentences } from './sentences';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null only on routes that ask nobody who they are. */
    viewer: Viewer | null;
  }
}

/** Tells who asks by the headers of a request; null where nobody can be told. */
export type RecogniseCaller = (headers: IncomingHttpHeaders) => Found;

export function recogniseBy(kinds: readonly Recognise[]): RecogniseCaller {
  return (headers) => {
    const found = authenticate(headers, kinds);
    return found instanceof Promise ? within(DATABASE_PATIENCE, found) : found;
  };
}

/** Lets nobody past without a valid credential: not even the body of a request is read. */
export function addAuthentication(
  app: FastifyInstance,
  recognise: RecogniseCaller,
  ledger: ServerLedger,
): void {
  app.addHook('onRequest', async (request, reply) => {
    const found = passedOn(request.raw);
    request.viewer = found ? found.viewer : await recognise(request.headers);
    if (request.viewer) return;
    ledger.recordRefusal(null, request.id, 'UNAUTHENTICATED');
    reply.header('www-authenticate', 'Bearer');
    return sendFailure(request, reply, 401, {
      code: 'UNAUTHENTICATED',
      sentence: sentences.unauthenticated,
    });
  });
}
