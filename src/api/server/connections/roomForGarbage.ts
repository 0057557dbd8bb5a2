import { setFlagsFromString } from 'node:v8';

/** In percent of what is in use, which is some 40 MB. */
const ROOM = 120;

/**
 * Lets V8's own heap grow by so much before it is gone through for what is no longer used. Under load it is
 * filled by requests that are soon done with, and would otherwise be gone through five times a second, though
 * nearly all of it is the schema and the like. (The bytes of answers are outside of it: V8 looks after some 70 MB of
 * new ones, whatever is said here.) How large the heap may become at most stays as it is. V8 reads the flag
 * whenever it has collected, so that it may be set while it runs.
 */
export function leaveRoomForGarbage(): void {
  setFlagsFromString(`--heap-growing-percent=${String(ROOM)}`);
}
