import type { Viewer } from './viewer';

/** Where a caller shows who it is. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly 'x-api-key'?: string | string[] | undefined;
}

/** Tells who presents a credential; null where this kind of credential tells nobody. */
export type Recognise = (credential: string) => Promise<Viewer | null>;

/**
 * Who asks, by `Authorization: Bearer` or `X-Api-Key`. Null where nobody can be told, without a word
 * on why: a missing, a wrong, an expired and a revoked credential look alike. Each kind of credential
 * is one of `kinds`.
 */
export async function authenticate(
  headers: Credentials,
  kinds: readonly Recognise[],
): Promise<Viewer | null> {
  const credential = credentialOf(headers);
  if (credential === null) return null;
  for (const recognise of kinds) {
    const viewer = await recognise(credential);
    if (viewer) return viewer;
  }
  return null;
}

/** The one credential that the headers give; two that differ give none, since either may be meant. */
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
