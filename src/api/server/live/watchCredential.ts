import type { ServerResponse } from 'node:http';
import type { Viewer } from '../../access/viewer';
import type { RecogniseCaller, Shown } from '../callers/authentication';
import type { Connections } from './connections';

/** An answer that is under way, and whose it is. */
export interface WatchedAnswer {
  readonly request: Shown;
  readonly response: ServerResponse;
  readonly viewer: Viewer;
}

/**
 * Calls `end` once if the credential ends, or loses a right, before the answer is sent. Returns what stops
 * watching.
 */
export type WatchCredential = (answer: WatchedAnswer, end: () => void) => () => void;

/** An answer may be long under way: a file, a slow query, or one that is slowly read. */
export function watchingCredentials(
  connections: Connections,
  recognise: RecogniseCaller,
): WatchCredential {
  return ({ request, response, viewer }, end) => {
    const forget = connections.add({
      viewer,
      recognise: async () => recognise(request),
      end(why) {
        if (why !== 'credential ended') return;
        forget();
        end();
      },
    });
    const stop = () => {
      response.off('close', forget);
      forget();
    };
    if (response.destroyed) forget();
    else response.once('close', forget);
    return stop;
  };
}
