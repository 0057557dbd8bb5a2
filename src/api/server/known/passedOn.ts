import type { IncomingMessage } from 'node:http';
import type { Found } from '../../access/readCredential';
import type { Turn } from '../turns/turn';
import type { AnswerToKeep } from './knownAnswer';

/** What was found out about a request before its route got it. */
export interface PassedOn {
  /** The caller, or why it is not known: authentication is not repeated. */
  readonly caller: Found;
  /** The body, where it has been read. */
  readonly body?: Buffer;
  /** The caller's turn for a connection; throws the reason if there is none. It is not waited for twice. */
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
