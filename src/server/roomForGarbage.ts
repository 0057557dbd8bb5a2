import { constants, PerformanceObserver, type NodeGCPerformanceDetail } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** In bytes: twice what is in use before any answer is kept. */
const ROOM = 80 * 1024 * 1024;
/** In percent of what is in use: V8's own is about the same where so much is kept. */
const LEAST = 30;

/**
 * Lets V8 wait with looking for what is no longer used until that is so much. It counts the bytes of answers
 * among what is there, of which there are 50 MB a second under load, and would otherwise go through the whole
 * heap five times a second, though nearly all of it is the schema and the like. V8 knows such room as a part of
 * what is in use, which grows with the answers that are kept: it is told anew whenever V8 has looked. How
 * large its own heap may become at most stays as it is.
 */
export function leaveRoomForGarbage(): void {
  const tell = () => {
    const { used_heap_size: own, external_memory: beside } = getHeapStatistics();
    const percent = Math.max(LEAST, Math.round((100 * ROOM) / (own + beside)));
    setFlagsFromString(`--heap-growing-percent=${String(percent)}`);
  };
  tell();
  new PerformanceObserver((seen) => {
    if (seen.getEntries().some(isOfWholeHeap)) tell();
  }).observe({ entryTypes: ['gc'] });
}

function isOfWholeHeap(entry: object): boolean {
  const { detail } = entry as { readonly detail: NodeGCPerformanceDetail };
  return detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
