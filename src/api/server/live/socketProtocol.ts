import type { IncomingHttpHeaders } from 'node:http';
import { GraphQLError } from 'graphql';
import { CloseCode, type ServerOptions } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Credentials } from '../../access/readCredential';
import type { Viewer } from '../../access/viewer';
import type { Request } from '../../resolvers/request/request';
import { sentences } from '../basis/sentences';
import { MAX_SOCKETS, MAX_SOCKETS_PER_CALLER } from '../limits/connectionLimits';
import type { Live } from './live';
import { Seats } from './seats';
import { readOperation } from './subscriptionOperation';

const TRY_AGAIN_LATER = 1013;

/** What is known of a connection. */
export interface Extra {
  readonly [name: string]: unknown;
  readonly socket: WebSocket;
  readonly headers: IncomingHttpHeaders;
  /** The id of the request by which it began. */
  readonly requestId: string;
  credentials?: Credentials;
  /** Who connected by them. */
  viewer?: Viewer;
  /** Called when its credential is known: from then on it has a seat. */
  readonly becomesKnown: () => void;
  /** Called when the socket has closed. */
  readonly onClose: (() => void)[];
}

/** Who may connect, and what is answered, by the protocol graphql-transport-ws. */
export function protocolOf(live: Live): ServerOptions<Record<string, unknown>, Extra> {
  const seats = new Seats({ ofOne: MAX_SOCKETS_PER_CALLER, ofAll: MAX_SOCKETS });
  return {
    connectionInitWaitTimeout: 5_000,
    async onConnect({ extra, connectionParams }) {
      const { socket, headers, requestId, onClose } = extra;
      const credentials = credentialsOf(connectionParams) ?? headers;
      const viewer = await live.recognise(credentials);
      if (!viewer) {
        live.recordRefusedConnection({ viewer, requestId }, 'UNAUTHENTICATED');
        socket.close(CloseCode.Unauthorized, 'Unauthorized');
        return false;
      }
      const seat = seats.take(viewer.keyId);
      if (typeof seat === 'string') {
        if (seat === 'holder is full') {
          live.recordRefusedConnection({ viewer, requestId }, 'RATE_LIMITED');
        }
        socket.close(TRY_AGAIN_LATER, 'Too many connections');
        return false;
      }
      extra.credentials = credentials;
      extra.viewer = viewer;
      extra.becomesKnown();
      onClose.push(
        seat.free,
        live.connections.add({
          viewer,
          recognise: () => live.recognise(credentials),
          end: () => socket.close(CloseCode.Unauthorized, 'Unauthorized'),
        }),
      );
      // It may have closed in the meantime.
      if (socket.readyState !== socket.OPEN) for (const act of onClose) act();
      return true;
    },
    async onSubscribe({ extra }, _id, payload) {
      const { requestId } = extra;
      const viewer = extra.credentials && (await live.recognise(extra.credentials));
      if (!viewer) {
        live.recordRefusedConnection({ viewer: null, requestId }, 'UNAUTHENTICATED');
        extra.socket.close(CloseCode.Unauthorized, 'Unauthorized');
        return [new GraphQLError(sentences.unauthenticated)];
      }
      let asked;
      try {
        live.countRequest(viewer);
        asked = live.documentOf(payload, viewer);
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
        live.recordRefusal({ viewer, requestId }, [error]);
        return [error];
      }
      const operation = readOperation(live.schema, asked as typeof payload);
      if (operation.kind === 'subscription') {
        return { ...operation.args, contextValue: live.contextFor(viewer, requestId) };
      }
      if (operation.kind === 'wrong') return operation.errors;
      const extensions = { code: 'BAD_USER_INPUT' };
      return [new GraphQLError(sentences.onlySubscriptions, { extensions })];
    },
    onOperation({ extra }, _id, _payload, args, result) {
      if (!('errors' in result) || !result.errors) return;
      const { viewer } = args.contextValue as Request;
      live.recordRefusal({ viewer, requestId: extra.requestId }, result.errors, args);
    },
    onNext: (_context, _id, _payload, _args, result) => live.shown(result),
    onError: (_context, _id, _payload, errors) => errors.map(live.shownError),
  };
}

/** What connection_init gives under the names of the headers, however they are written. */
function credentialsOf(payload: Record<string, unknown> | undefined): Credentials | undefined {
  const { headers } = payload ?? {};
  const given = Object.entries({ ...(typeof headers === 'object' ? headers : {}), ...payload });
  const named = (name: string) => {
    const value = given.find(([key]) => key.toLowerCase() === name)?.[1];
    return typeof value === 'string' ? value : undefined;
  };
  const [authorization, apiKey] = [named('authorization'), named('x-api-key')];
  if (authorization === undefined && apiKey === undefined) return undefined;
  return {
    ...(authorization !== undefined && { authorization }),
    ...(apiKey !== undefined && { 'x-api-key': apiKey }),
  };
}
