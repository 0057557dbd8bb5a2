import { setFlagsFromString } from 'node:v8';

/** In percent of what is in use. */
const ROOM = 200;

/**
 * Lets V8 wait with looking for what is no longer used until that is twice what is in use: some 40 MB, and what is kept of answers. It
 * counts the bytes of answers among what is there, of which there are 50 MB a second under load, and would
 * otherwise go through the whole heap five times a second, though nearly all of it is the schema and the like.
 * How large its own heap may become at most stays as it is. V8 reads the flag whenever it has
 * collected, so that it may be set while it runs.
 */
export function leaveRoomForGarbage(): void {
  setFlagsFromString(`--heap-growing-percent=${String(ROOM)}`);
}
