import { randomUUID } from 'node:crypto';

/** The caller's own id where it can be one, so that its log and this one tell of the same request. */
export function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{8,64}$/.test(given) ? given : randomUUID();
}
