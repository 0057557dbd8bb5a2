import type { ServerResponse } from 'node:http';

/** For metrics and the log: nobody waited for the answer any more. */
export const LEFT = { outcome: 'ENDED_BY_CALLER', status: 499 } as const;

const brokenOff = new WeakSet<ServerResponse>();

/** Ends the connection in the midst of an answer, so that nobody takes what was sent for the whole. */
export function breakOff(response: ServerResponse): void {
  brokenOff.add(response);
  response.destroy();
}

/**
 * Whether the caller hung up before the answer was sent. Whatever fails from then on fails because of that: it is
 * neither a fault nor worth a line of the log.
 */
export function isLeft(response: ServerResponse): boolean {
  return response.destroyed && !response.writableFinished && !brokenOff.has(response);
}
