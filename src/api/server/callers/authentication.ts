import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  readCredential,
  type Credentials,
  type CredentialKind,
  type Found,
  type Recognise,
} from '../../access/readCredential';
import type { Viewer } from '../../access/viewer';
import { passedOn } from '../known/passedOn';
import { DATABASE_PATIENCE, within } from '../basis/deadline';
import { sendFailure } from '../http/httpErrors';
import type { ServerLedger } from '../record/ledger';
import { sentences } from '../basis/sentences';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null only on routes that ask nobody who they are. */
    viewer: Viewer | null;
  }
}

/** Tells who sends a request; null where nobody can be told. */
export type RecogniseCaller = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => Found;

/** Longer ones are read at each request: strangers are to fill no memory by connections that they leave open. */
const LONGEST_KEPT = 200;

/** What a connection's last request showed of its caller. */
interface Shown extends Credentials {
  readonly recognise: Recognise;
}

/**
 * Most connections show one credential for as long as they are open: it is read, and hashed, once. Who holds it
 * is asked for at each request, as its holder may have lost it meanwhile.
 */
export function recogniseBy(kinds: readonly CredentialKind[]): RecogniseCaller {
  const last = new WeakMap<Socket, Shown>();
  return ({ headers, socket }) => {
    let shown = last.get(socket);
    if (!shown || !isSame(shown, headers)) {
      const { authorization, 'x-api-key': apiKey } = headers;
      shown = { authorization, 'x-api-key': apiKey, recognise: readCredential(headers, kinds) };
      if (lengthOf(shown) <= LONGEST_KEPT) last.set(socket, shown);
    }
    const found = shown.recognise();
    return found instanceof Promise ? within(DATABASE_PATIENCE, found) : found;
  };
}

function lengthOf({ authorization = '', 'x-api-key': apiKey = '' }: Credentials): number {
  return authorization.length + String(apiKey).length;
}

function isSame(one: Credentials, other: Credentials): boolean {
  return one.authorization === other.authorization && one['x-api-key'] === other['x-api-key'];
}

/** Lets nobody past without a valid credential: not even the body of a request is read. */
export function addAuthentication(
  app: FastifyInstance,
  recognise: RecogniseCaller,
  ledger: ServerLedger,
): void {
  app.addHook('onRequest', async (request, reply) => {
    const known = passedOn(request.raw);
    request.viewer = await (known ? known.caller : recognise(request.raw));
    if (!request.viewer) return refuse(request, reply);
  });
  // A body may be long on the way, and whoever sends it may have lost its rights meanwhile.
  app.addHook('preHandler', async (request, reply) => {
    if (request.body === undefined || passedOn(request.raw)?.body) return;
    request.viewer = await recognise(request.raw);
    if (!request.viewer) return refuse(request, reply);
  });
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    ledger.recordRefusal(null, request.id, 'UNAUTHENTICATED');
    reply.header('www-authenticate', 'Bearer');
    return sendFailure(request, reply, 401, {
      code: 'UNAUTHENTICATED',
      sentence: sentences.unauthenticated,
    });
  };
}
