import { IncomingMessage } from 'node:http';

/**
 * A request that asks to go on in another protocol is taken out of HTTP by Node as soon as anybody listens
 * for such ones. Clients of Java ask each server for HTTP/2 so, with an ordinary request: only those for
 * WebSocket are to leave.
 */
export class OnlyWebSocketUpgrades extends IncomingMessage {
  private asked = false;

  // Node sets it before it has read the headers, and asks for it after.
  set upgrade(asked: boolean) {
    this.asked = asked;
  }

  get upgrade(): boolean {
    return this.asked && this.headers.upgrade?.toLowerCase() === 'websocket';
  }
}
