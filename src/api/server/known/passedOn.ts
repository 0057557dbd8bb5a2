import type { IncomingMessage } from 'node:http';
import type { Found } from '../../access/readCredential';
import type { Turn } from '../turns/turn';
import type { AnswerToKeep } from './knownAnswer';

/** What was found out about a request before its route got it. */
export interface PassedOn {
  /** Who asks, or why that cannot be told: it is not to be asked for anew. */
  readonly caller: Found;
  /** The body, where it has been read. */
  readonly body?: Buffer;
  /** The turn of a connection that the caller has; throws why it gets none. It is not to be waited for anew. */
  readonly takeTurn?: () => Turn;
  /** Takes the answer for whoever asks the same; undefined where it is for this caller and moment alone. */
  readonly settle?: (answer: AnswerToKeep | undefined) => void;
}

const known = new WeakMap<IncomingMessage, PassedOn>();

export function passOn(request: IncomingMessage, findings: PassedOn): void {
  known.set(request, findings);
}

export function passedOn(request: IncomingMessage): PassedOn | undefined {
  return known.get(request);
}
