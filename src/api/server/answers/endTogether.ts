import type { ServerResponse } from 'node:http';

/** `ended` is called once all is written that the connection takes at once. */
export type EndResponse = (
  response: ServerResponse,
  body: Buffer | undefined,
  ended?: () => void,
) => void;

/**
 * Ends responses together, as soon as all requests that have arrived are met. A write wakes who waits for
 * it, which costs more than a known answer; those that follow at once find it awake.
 */
export function endingTogether(): EndResponse {
  let waiting: Parameters<EndResponse>[] = [];
  const endAll = () => {
    const all = waiting;
    waiting = [];
    for (const [response, body, ended] of all) {
      try {
        response.end(body);
        ended?.();
      } catch {
        // Nobody else is to wait for an answer for it.
        response.destroy();
      }
    }
  };
  return (response, body, ended) => {
    if (waiting.push([response, body, ended]) === 1) setImmediate(endAll);
  };
}
