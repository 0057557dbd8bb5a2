const VARY = 'Accept, Accept-Encoding, Authorization, X-Api-Key';

/**
 * What is said of an answer that holds until other data is published. Answers differ by who asks: no
 * cache but the caller's own may keep them, and it must ask again whether they still hold.
 */
export function lastingHeaders(tag: string, byOrigin = false): Readonly<Record<string, string>> {
  return {
    etag: tag,
    'cache-control': 'private, no-cache',
    vary: byOrigin ? `${VARY}, Origin` : VARY,
  };
}
