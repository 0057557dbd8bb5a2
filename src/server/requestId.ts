import { randomUUID } from 'node:crypto';

/** Drawn once a process: an id drawn for each request would cost a known answer a fiftieth of its time. */
const beginning = randomUUID().slice(0, -12);
let requests = 0;

/** The caller's own id where it can be one, so that its log and this one tell of the same request. */
export function requestIdOf(given: string | string[] | undefined): string {
  if (typeof given === 'string' && /^[\w.:-]{8,64}$/.test(given)) return given;
  requests += 1;
  return beginning + requests.toString(16).padStart(12, '0');
}
