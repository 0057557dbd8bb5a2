import type { FastifyInstance } from 'fastify';
import { authenticate, type Recognise } from '../access/authenticate';
import type { Viewer } from '../access/viewer';
import { DATABASE_PATIENCE, within } from './deadline';
import { sendFailure } from './httpErrors';
import { sentences } from './sentences';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null only on routes that ask nobody who they are. */
    viewer: Viewer | null;
  }
}

/** Lets nobody past without a valid credential: not even the body of a request is read. */
export function addAuthentication(app: FastifyInstance, kinds: readonly Recognise[]): void {
  app.addHook('onRequest', async (request, reply) => {
    request.viewer = await within(DATABASE_PATIENCE, authenticate(request.headers, kinds));
    if (request.viewer) return;
    reply.header('www-authenticate', 'Bearer');
    return sendFailure(request, reply, 401, {
      code: 'UNAUTHENTICATED',
      sentence: sentences.unauthenticated,
    });
  });
}
