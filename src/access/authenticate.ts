import type { Viewer } from './viewer';

/** Where a caller shows who it is. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly 'x-api-key'?: string | string[] | undefined;
}

/** Who was found, at once where it is remembered; null where nobody is told. */
export type Found = Viewer | null | Promise<Viewer | null>;

/** Tells who presents a credential; null where this kind of credential tells nobody. */
export type Recognise = (credential: string) => Found;

/**
 * Who asks, by `Authorization: Bearer` or `X-Api-Key`. Null where nobody can be told, without a word
 * on why: a missing, a wrong, an expired and a revoked credential look alike. Each kind of credential
 * is one of `kinds`.
 */
export function authenticate(headers: Credentials, kinds: readonly Recognise[]): Found {
  const credential = credentialOf(headers);
  return credential === null ? null : recognised(credential, kinds);
}

function recognised(credential: string, [recognise, ...others]: readonly Recognise[]): Found {
  if (!recognise) return null;
  const found = recognise(credential);
  if (found instanceof Promise) {
    return found.then((viewer) => viewer ?? recognised(credential, others));
  }
  return found ?? recognised(credential, others);
}

/**
 * The one credential that the headers give; two that differ give none, since either may be meant. (Of two
 * Authorization headers Node tells the first alone.)
 */
function credentialOf({ authorization, 'x-api-key': apiKey }: Credentials): string | null {
  const given: string[] = [];
  if (authorization !== undefined) {
    const bearer = /^bearer +([^\s,]+) *$/i.exec(authorization)?.[1];
    if (bearer === undefined) return null;
    given.push(bearer);
  }
  if (apiKey !== undefined) given.push(...[apiKey].flat().map((key) => key.trim()));
  const [credential] = given;
  return credential !== undefined && given.every((other) => other === credential)
    ? credential
    : null;
}
