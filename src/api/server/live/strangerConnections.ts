import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { RecogniseCaller } from '../callers/authentication';
import { MAX_STRANGER_CONNECTIONS } from '../limits/connectionLimits';
import { Strangers } from './strangers';

/**
 * Connections are for holders of keys. Returns the same recognition, by which a connection's caller becomes known:
 * of others there are few at once, and the one that came first makes room. Sockets that leave HTTP are counted
 * where they go.
 */
export function fewStrangers(server: Server, recognise: RecogniseCaller): RecogniseCaller {
  const strangers = new Strangers<Socket>(MAX_STRANGER_CONNECTIONS, (socket) => socket.destroy());
  const leave = new WeakMap<object, () => void>();
  server.on('connection', (socket: Socket) => {
    const becomesKnown = strangers.admit(socket);
    leave.set(socket, becomesKnown);
    socket.once('close', becomesKnown);
  });
  server.on('upgrade', (_, socket) => leave.get(socket)?.());
  return (request) => {
    const found = recognise(request);
    const becomesKnown = leave.get(request.socket);
    if (!becomesKnown) return found;
    if (!(found instanceof Promise)) {
      if (found) becomesKnown();
      return found;
    }
    return found.then((viewer) => {
      if (viewer) becomesKnown();
      return viewer;
    });
  };
}
