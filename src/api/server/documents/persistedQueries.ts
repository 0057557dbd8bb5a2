import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';

/** Far more than the queries of all clients that there are of one API; the one longest unasked goes. */
const MAX_QUERIES = 2_000;
const MAX_BYTES = 8 * 1024 * 1024;
/** What is kept beside the text: its name and its place. */
const BESIDE = 300;

/**
 * What automatic persisted queries are kept in. Whoever may ask may register, so that it is bounded by what it takes
 * of memory, short queries counted with what is kept beside them.
 */
export function persistedQueries(): InMemoryLRUCache {
  return new InMemoryLRUCache({
    max: MAX_QUERIES,
    maxSize: MAX_BYTES,
    // Characters beyond Latin-1 take two bytes each, and all others of the same text with them.
    sizeCalculation: (query) => BESIDE + 2 * query.length,
  });
}
