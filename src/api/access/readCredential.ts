import type { Viewer } from './viewer';

/** Where a caller shows who it is. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly 'x-api-key'?: string | string[] | undefined;
}

/** Who was found, at once where it is remembered; null where nobody is told. */
export type Found = Viewer | null | Promise<Viewer | null>;

/** Identifies the holder of a credential, each time again: it may have been revoked meanwhile. */
export type Recognise = () => Found;

/** Reads a credential. Who presents one that is not of this kind is nobody. */
export type CredentialKind = (credential: string) => Recognise;

export const nobody: Recognise = () => null;

/**
 * Reads the credential of `Authorization: Bearer` or `X-Api-Key`, which is of one of `kinds`. What is returned
 * tells who asks; nobody where it cannot be told, without a word on why: a missing, a wrong, an expired and a
 * revoked credential look alike.
 */
export function readCredential(headers: Credentials, kinds: readonly CredentialKind[]): Recognise {
  const credential = credentialOf(headers);
  if (credential === null) return nobody;
  const recognisers = kinds.map((kind) => kind(credential));
  return () => firstFound(recognisers);
}

function firstFound(recognisers: readonly Recognise[], from = 0): Found {
  const recognise = recognisers[from];
  if (!recognise) return null;
  const found = recognise();
  if (found instanceof Promise) {
    return found.then((viewer) => viewer ?? firstFound(recognisers, from + 1));
  }
  return found ?? firstFound(recognisers, from + 1);
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
