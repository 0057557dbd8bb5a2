import type { Viewer } from '../access/viewer';

const HOUR = 3_600_000;

/** Adds up, by hours of the clock, how many rows with a clear BIN each caller was shown here. */
export function bulkReads(
  most: number,
  onPassed: (viewer: Viewer, rows: number) => void,
  clock: () => number = Date.now,
): { count(viewer: Viewer, rows: number): void } {
  let hour = 0;
  let read = new Map<string, number>();
  return {
    count(viewer, rows) {
      if (most === 0) return;
      const now = Math.floor(clock() / HOUR);
      if (now !== hour) {
        hour = now;
        read = new Map();
      }
      const before = read.get(viewer.keyId) ?? 0;
      read.set(viewer.keyId, before + rows);
      if (before <= most && before + rows > most) onPassed(viewer, before + rows);
    },
  };
}
