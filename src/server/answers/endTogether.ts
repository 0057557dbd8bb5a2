import type { ServerResponse } from 'node:http';

export type EndResponse = (response: ServerResponse, body: Buffer | undefined) => void;

/**
 * Ends responses together, as soon as all requests that have arrived are met. A write wakes who waits for
 * it, which costs more than a known answer; those that follow at once find it awake.
 */
export function endingTogether(): EndResponse {
  let waiting: (readonly [ServerResponse, Buffer | undefined])[] = [];
  const endAll = () => {
    const all = waiting;
    waiting = [];
    for (const [response, body] of all) {
      try {
        response.end(body);
      } catch {
        // Nobody else is to wait for an answer for it.
        response.destroy();
      }
    }
  };
  return (response, body) => {
    if (waiting.push([response, body]) === 1) setImmediate(endAll);
  };
}
