import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { ProviderUnavailable } from './providerUnavailable';

/** Keys are asked for again after this time, so that one that was withdrawn is not believed for ever. */
const MAX_AGE = 10 * 60_000;
/** Tokens may name any key: for one that is not known the provider is asked no more often than this. */
const UNKNOWN_KEY_PAUSE = 30_000;
/** While the provider does not answer and none of its keys are known, requests do not wait for it one after another. */
const FAILURE_PAUSE = 2_000;
/** Below the time that a request waits for who it is from. */
const FETCH_TIMEOUT = 3_000;
const MAX_BYTES = 256 * 1024;

export interface ProviderKeysOptions {
  readonly url: string;
  /** Told why the keys could not be fetched. */
  readonly onTrouble: (error: unknown) => void;
  readonly clock?: () => number;
}

/**
 * The keys with which the identity provider signs, by its JWKS. They are fetched when they are needed,
 * once for all requests that wait; when that fails, the last ones that came go on to be good.
 */
export function providerKeys(options: ProviderKeysOptions): JWTVerifyGetKey {
  const { url, onTrouble, clock = Date.now } = options;
  let keys: JWTVerifyGetKey | undefined;
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let fetching: Promise<void> | undefined;

  const fetchAnew = async () => {
    try {
      const { createLocalJWKSet } = await import('jose');
      keys = createLocalJWKSet(await fetchKeySet(url));
      fetchedAt = clock();
    } catch (error) {
      onTrouble(error);
    } finally {
      // A pause is one between attempts, however long an attempt takes to fail.
      triedAt = clock();
      fetching = undefined;
    }
  };
  const refetch = (pause: number): Promise<void> => {
    if (fetching) return fetching;
    if (clock() - triedAt < pause) return Promise.resolve();
    return (fetching = fetchAnew());
  };

  return async (header, token) => {
    if (!keys || clock() - fetchedAt > MAX_AGE)
      await refetch(keys ? UNKNOWN_KEY_PAUSE : FAILURE_PAUSE);
    if (!keys) throw new ProviderUnavailable('No keys of the identity provider are known.');
    try {
      return await keys(header, token);
    } catch (error) {
      const { errors } = await import('jose');
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The provider may have begun to sign with a new one.
      await refetch(UNKNOWN_KEY_PAUSE);
      return keys(header, token);
    }
  };
}

async function fetchKeySet(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_TIMEOUT),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`The identity provider answered ${response.status} at ${url}.`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`The keys at ${url} are more than ${MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as JSONWebKeySet;
}
