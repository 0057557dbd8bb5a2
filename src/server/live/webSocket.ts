import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Credentials } from '../../access/authenticate';
import { loggedError } from '../failure';
import { refuseSocket } from '../httpErrors';
import { sentences } from '../sentences';
import type { Live } from './live';
import { Seats } from './seats';
import { readOperation } from './subscriptionOperation';

const MOST_MESSAGE_BYTES = 64 * 1024;
/** Connections at once, before and after their credential is known. */
const MOST_SOCKETS = 1_000;
const MOST_SOCKETS_OF_ONE = 20;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

interface Extra {
  readonly [name: string]: unknown;
  readonly socket: WebSocket;
  readonly headers: IncomingHttpHeaders;
  credentials?: Credentials;
  /** Called when the socket has closed. */
  readonly onClose: (() => void)[];
}

/** Subscriptions over WebSocket at /graphql, by the protocol graphql-transport-ws. */
export function addWebSockets(server: Server, live: Live, log: Logger): { close(): void } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols,
  });
  const protocol = makeServer<Record<string, unknown>, Extra>(protocolOf(live));
  let closing = false;

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = request.url?.split('?')[0] ?? '';
    const offered = request.headers['sec-websocket-protocol'] ?? '';
    if (path !== '/graphql') return refuseSocket(socket, 404, sentences.noSuchPath(path));
    if (closing || sockets.clients.size >= MOST_SOCKETS) {
      return refuseSocket(socket, 503, sentences.noSubscriptionLeft);
    }
    if (!handleProtocols(offered)) return refuseSocket(socket, 400, sentences.otherProtocol);
    sockets.handleUpgrade(request, socket, head, (opened) => {
      converse(opened, request.headers);
    });
  };

  const converse = (socket: WebSocket, headers: IncomingHttpHeaders) => {
    const onClose = [keepAlivePings(socket, live.keepAlive)];
    socket.on('error', (error) => log.debug({ error: loggedError(error) }, 'a WebSocket broke'));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // Resolves when the bytes are on their way: the next event is not taken before.
        send: (data) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) return resolve();
            socket.send(data, (error) => (error ? reject(error) : resolve()));
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data: Buffer) => {
            take(data.toString()).catch((error: unknown) => {
              log.error({ error: loggedError(error) }, 'internal error');
              socket.close(CloseCode.InternalServerError, 'Internal error');
            });
          }),
      },
      { socket, headers, onClose },
    );
    socket.once('close', (code, reason) => {
      for (const act of onClose) act();
      void closed(code, reason.toString());
    });
  };

  server.on('upgrade', upgrade);
  return {
    close() {
      closing = true;
      for (const socket of sockets.clients) {
        socket.close(GOING_AWAY, 'The server ends; connect again.');
        // Who does not answer a close is not waited for.
        setTimeout(() => socket.terminate(), 1_000).unref();
      }
      sockets.close();
    },
  };
}

function protocolOf(live: Live): ServerOptions<Record<string, unknown>, Extra> {
  const seats = new Seats({ ofOne: MOST_SOCKETS_OF_ONE, ofAll: MOST_SOCKETS });
  return {
    connectionInitWaitTimeout: 5_000,
    async onConnect({ extra, connectionParams }) {
      const { socket, headers, onClose } = extra;
      const credentials = credentialsOf(connectionParams) ?? headers;
      const viewer = await live.recognise(credentials);
      if (!viewer) {
        socket.close(CloseCode.Unauthorized, 'Unauthorized');
        return false;
      }
      const seat = seats.take(viewer.keyId);
      if (typeof seat === 'string') {
        socket.close(TRY_AGAIN_LATER, 'Too many connections');
        return false;
      }
      extra.credentials = credentials;
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
      const viewer = extra.credentials && (await live.recognise(extra.credentials));
      if (!viewer) {
        extra.socket.close(CloseCode.Unauthorized, 'Unauthorized');
        return [new GraphQLError(sentences.unauthenticated)];
      }
      let asked;
      try {
        live.countRequest(viewer);
        asked = live.documentOf(payload, viewer);
      } catch (error) {
        if (error instanceof GraphQLError) return [error];
        throw error;
      }
      const operation = readOperation(live.schema, asked as typeof payload);
      if (operation.kind === 'subscription') {
        return { ...operation.args, contextValue: live.contextFor(viewer) };
      }
      if (operation.kind === 'wrong') return operation.errors;
      const extensions = { code: 'BAD_USER_INPUT' };
      return [new GraphQLError(sentences.onlySubscriptions, { extensions })];
    },
    onNext: (_context, _id, _payload, _args, result) => live.shown(result),
    onError: (_context, _id, _payload, errors) => errors.map(live.shownError),
  };
}

/** Pings, and gives up a connection that did not answer the last one. Returns what ends that. */
function keepAlivePings(socket: WebSocket, every: number): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, every);
  return () => clearInterval(timer);
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
