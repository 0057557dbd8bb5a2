import type { Viewer } from './viewer';

/** Where a caller shows who it is. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly 'x-api-key'?: string | string[] | undefined;
}

/** Who was found, at once where it is remembered; null where nobody is told. */
export type Found = Viewer | null | Promise<Viewer | null>;

/** Tells who presents a credential that has been read, anew each time: it may have been revoked meanwhile. */
export type Recognise = () => Found;

/** Reads a credential. Who presents one that is not of this kind is nobody. */
export type CredentialKind = (credential: string) => Recognise;

export const nobody: Recognise = () => null;

/**
 * Who asks, by `Authorization: Bearer` or `X-Api-Key`. Nobody where it cannot be told, without a word
 * on why: a missing, a wrong, an expired and a revoked credential look alike. Each kind of credential
 * is one of `kinds`.
 */
export function authenticate(headers: Credentials, kinds: readonly CredentialKind[]): Recognise {
  const credential = credentialOf(headers);
  if (credential === null) return nobody;
  const read = kinds.map((kind) => kind(credential));
  const [first] = read;
  return first && read.length === 1 ? first : () => firstFound(read);
}

function firstFound([recognise, ...others]: readonly Recognise[]): Found {
  if (!recognise) return null;
  const found = recognise();
  if (found instanceof Promise) return found.then((viewer) => viewer ?? firstFound(others));
  return found ?? firstFound(others);
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
