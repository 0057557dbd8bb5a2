import { createHash } from 'node:crypto';
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { KeyRefused } from '../keyRefused';
import { providerKeys } from './providerKeys';
import { ProviderUnavailable } from './providerUnavailable';
import type { Roles } from '../roles';
import { readScope } from '../rowScope';
import { RIGHTS, type Right, type Viewer } from '../viewer';

/** How tokens of an identity provider are read. */
export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** Where the provider shows its public keys. */
  readonly keysUrl: string;
  /** Signatures that are believed: those of public keys alone. */
  readonly algorithms: readonly string[];
  /** How far clocks may be apart, in seconds. */
  readonly leeway: number;
  /** The claim that names rights or roles; dots lead into it, as in realm_access.roles. */
  readonly rightsClaim: string;
  readonly roles: Roles;
  /** The claim that names the row scope. Where there is one, a token without it is not believed. */
  readonly scopeClaim?: string | undefined;
}

export interface TokenOptions {
  readonly rules: TokenRules;
  /** Told which check failed: the caller is not. */
  readonly onRefused: (why: { readonly code: string; readonly claim?: string }) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly clock?: () => number;
}

const LONGEST = 8 * 1024;
/** Of a token that says it is good for longer: what comes after has no date in four digits. */
const LAST_MOMENT = Date.UTC(9999, 11, 31);
const FORM = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Recognises who presents a token (JWT) of the identity provider. Null where it is not to be believed;
 * throws {@link ProviderUnavailable} where that cannot be told.
 */
export function recogniseTokens(
  options: TokenOptions,
): (credential: string) => Promise<Viewer | null> {
  const { rules, onRefused, onTrouble, clock = Date.now } = options;
  const keys = providerKeys({ url: rules.keysUrl, onTrouble, clock });
  return async (credential) => {
    if (credential.length > LONGEST || !FORM.test(credential)) return null;
    try {
      const payload = await verified(credential, keys, {
        issuer: rules.issuer,
        audience: rules.audience,
        algorithms: [...rules.algorithms],
        clockTolerance: rules.leeway,
        currentDate: new Date(clock()),
        requiredClaims: ['exp', 'sub'],
      });
      const { sub = '', exp = 0 } = payload;
      if (sub === '') {
        onRefused({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'sub' });
        return null;
      }
      const keyId = nameOf(rules.issuer, sub);
      const words = wordsOf(claimOf(payload, rules.rightsClaim));
      const roles = words.filter((word) => rules.roles.has(word));
      return {
        keyId,
        name: keyId,
        rights: rightsOf(words, rules.roles),
        ...(roles.length > 0 && { roles }),
        ...(rules.scopeClaim !== undefined && {
          scope: readScope(claimOf(payload, rules.scopeClaim)),
        }),
        expiresAt: Math.min((exp + rules.leeway) * 1_000, LAST_MOMENT),
      };
    } catch (error) {
      if (error instanceof ProviderUnavailable) throw error;
      onRefused(await reasonOf(error));
      return null;
    }
  };
}

/** A provider need not name its keys: then each that may have signed the token is tried. */
async function verified(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  // What reads tokens takes its time to load: a start without tokens, and the first answer, do without.
  const { errors, jwtVerify } = await import('jose');
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** For the log and for limits: a subject may be a person's name or number, which goes nowhere. */
function nameOf(issuer: string, subject: string): string {
  const hash = createHash('sha256').update(issuer).update('\n').update(subject);
  return `token:${hash.digest('base64url').slice(0, 16)}`;
}

async function reasonOf(error: unknown): Promise<{ code: string; claim?: string }> {
  const { errors } = await import('jose');
  if (error instanceof KeyRefused) return { code: 'scope not understood' };
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    return { code: error.code, claim: error.claim };
  }
  return { code: error instanceof errors.JOSEError ? error.code : 'malformed' };
}

/** A claim may bear dots in its name, as those that are addresses do. */
function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  let value: unknown = payload;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function wordsOf(claim: unknown): readonly string[] {
  const words: readonly unknown[] = typeof claim === 'string' ? claim.split(/\s+/) : [claim].flat();
  return words.filter((word) => typeof word === 'string');
}

/** Words that are neither rights nor roles are for other services. */
function rightsOf(words: readonly string[], roles: TokenRules['roles']): ReadonlySet<Right> {
  return new Set(
    words.flatMap((word) => roles.get(word) ?? RIGHTS.filter((right) => right === word)),
  );
}
