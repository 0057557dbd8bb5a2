import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { loggedError } from '../basis/failure';
import { refuseSocket } from '../http/httpErrors';
import { MAX_MESSAGES_PER_SOCKET, MAX_STRANGER_SOCKETS } from '../limits/connectionLimits';
import { MAX_MESSAGE_BYTES } from '../limits/requestLimits';
import { messageRefusal } from '../limits/requestExtent';
import { requestIdOf } from '../http/requestId';
import { sentences } from '../basis/sentences';
import type { Live } from './live';
import { protocolOf, type Extra } from './socketProtocol';
import { Strangers } from './strangers';

const TOO_MANY = 4429;
const GOING_AWAY = 1001;

/** Subscriptions over WebSocket at /graphql, by the protocol graphql-transport-ws. */
export function addWebSockets(server: Server, live: Live, log: Logger): { close(): void } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols,
  });
  const protocol = makeServer<Record<string, unknown>, Extra>(protocolOf(live));
  const strangers = new Strangers<WebSocket>(MAX_STRANGER_SOCKETS, (socket) => socket.terminate());
  let closing = false;

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = request.url?.split('?')[0] ?? '';
    const offered = request.headers['sec-websocket-protocol'] ?? '';
    if (path !== '/graphql') return refuseSocket(socket, 404, sentences.noSuchPath(path));
    if (closing) {
      return refuseSocket(socket, 503, sentences.noSubscriptionLeft);
    }
    if (!handleProtocols(offered)) return refuseSocket(socket, 400, sentences.otherProtocol);
    sockets.handleUpgrade(request, socket, head, (opened) => {
      converse(opened, request.headers, requestIdOf(request.headers['x-request-id']));
    });
  };

  const converse = (socket: WebSocket, headers: IncomingHttpHeaders, requestId: string) => {
    const becomesKnown = strangers.admit(socket);
    const onClose = [keepAlivePings(socket, live.keepAlive), becomesKnown];
    const extra: Extra = { socket, headers, requestId, onClose, becomesKnown };
    let beingAnswered = 0;
    const answer = async (data: Buffer, take: (data: string) => Promise<void>) => {
      // What was on its way when the socket was closed is for nobody.
      if (socket.readyState !== socket.OPEN) return;
      const tooMuch = messageRefusal(data);
      if (tooMuch !== undefined) return socket.close(CloseCode.BadRequest, tooMuch);
      if (beingAnswered >= MAX_MESSAGES_PER_SOCKET) {
        live.recordRefusedConnection({ viewer: extra.viewer ?? null, requestId }, 'RATE_LIMITED');
        return socket.close(TOO_MANY, sentences.tooManyMessages(MAX_MESSAGES_PER_SOCKET));
      }
      beingAnswered += 1;
      try {
        await take(data.toString());
      } catch (error) {
        // Who closed it waits for nothing.
        if (socket.readyState !== socket.OPEN) return;
        log.error({ error: loggedError(error) }, 'internal error');
        socket.close(CloseCode.InternalServerError, 'Internal error');
      } finally {
        beingAnswered -= 1;
      }
    };
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
        onMessage: (take) => socket.on('message', (data: Buffer) => void answer(data, take)),
      },
      extra,
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
