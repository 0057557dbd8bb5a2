import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface RequestsUnderWay {
  /** Waits until no request is under way, though not longer than `patience` milliseconds. */
  settled(patience: number): Promise<void>;
}

/**
 * Counts requests that wait for their answer. Connections say less: browsers keep some open on which
 * they have asked nothing yet, and Node counts those as busy.
 */
export function requestsUnderWay(server: Server): RequestsUnderWay {
  let count = 0;
  let tellSettled: (() => void) | undefined;
  const ended = () => {
    count -= 1;
    if (count === 0) tellSettled?.();
  };
  server.on('request', (_, response) => {
    count += 1;
    response.once('close', ended);
  });
  return {
    async settled(patience) {
      if (count === 0) return;
      const enough = new AbortController();
      const settled = new Promise<void>((resolve) => {
        tellSettled = resolve;
      });
      const late = delay(patience, undefined, { signal: enough.signal }).catch(() => undefined);
      await Promise.race([settled, late]);
      enough.abort();
    },
  };
}
