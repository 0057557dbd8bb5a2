const VARY = 'Accept, Accept-Encoding, Authorization, X-Api-Key';

export interface LastingForm {
  /** It differs by the page that asks, too. */
  readonly byOrigin?: boolean;
  /** Caches that several callers share may keep it: it shows nobody's BIN, and is asked for by a name. */
  readonly shared?: boolean;
}

/**
 * What is said of an answer that holds until other data is published. Answers differ by who asks, and a key
 * may be revoked at any moment: whatever cache keeps one must ask each time whether it still holds, with the
 * credential of who asks for it. Others than the caller's own are told that they may.
 */
export function lastingHeaders(
  tag: string,
  { byOrigin = false, shared = false }: LastingForm = {},
): Readonly<Record<string, string>> {
  return {
    etag: tag,
    'cache-control': `${shared ? 'public' : 'private'}, no-cache`,
    vary: byOrigin ? `${VARY}, Origin` : VARY,
  };
}
