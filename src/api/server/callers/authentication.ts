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
    /** The caller; null only on routes without authentication. */
    viewer: Viewer | null;
  }
}

/** What of a request shows who sends it. */
export type Shown = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Tells who sends a request; null where nobody can be told. */
export type RecogniseCaller = (request: Shown) => Found;

/** Longer ones are read at each request: strangers are to fill no memory by connections that they leave open. */
const LONGEST_KEPT = 200;

/** What a connection's last request showed of its caller. */
interface LastShown extends Credentials {
  readonly recognise: Recognise;
}

/**
 * Most connections show one credential for as long as they are open: it is read, and hashed, once. Who holds it
 * is asked for at each request, as its holder may have lost it meanwhile.
 */
export function recogniseBy(kinds: readonly CredentialKind[]): RecogniseCaller {
  const last = new WeakMap<Socket, LastShown>();
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

/** How a door takes credentials, and how it tells of failures. */
export interface DoorManners {
  /** Where the door takes credentials in another form: the same in the form that all are recognised in. */
  readonly shownIn?: (request: FastifyRequest) => Shown;
  /** How the caller is asked for a credential, as WWW-Authenticate says it. */
  readonly challenge: string;
  readonly sendFailure: typeof sendFailure;
}

const USUAL: DoorManners = { challenge: 'Bearer', sendFailure };

/** Lets nobody past without a valid credential: not even the body of a request is read. */
export function addAuthentication(
  app: FastifyInstance,
  recognise: RecogniseCaller,
  ledger: ServerLedger,
  manners = USUAL,
): void {
  const recogniseIn = (request: FastifyRequest) =>
    recognise(manners.shownIn ? manners.shownIn(request) : request.raw);
  app.addHook('onRequest', async (request, reply) => {
    const known = passedOn(request.raw);
    request.viewer = await (known ? known.caller : recogniseIn(request));
    if (!request.viewer) return refuse(request, reply);
  });
  // A body may be long on the way, and whoever sends it may have lost its rights meanwhile.
  app.addHook('preHandler', async (request, reply) => {
    if (request.body === undefined || passedOn(request.raw)?.body) return;
    request.viewer = await recogniseIn(request);
    if (!request.viewer) return refuse(request, reply);
  });
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    ledger.recordRefusal(null, request.id, 'UNAUTHENTICATED');
    reply.header('www-authenticate', manners.challenge);
    return manners.sendFailure(request, reply, 401, {
      code: 'UNAUTHENTICATED',
      sentence: sentences.unauthenticated,
    });
  };
}
