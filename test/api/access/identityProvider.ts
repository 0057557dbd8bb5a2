import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWK, type KeyLike } from 'jose';

export interface SigningKey {
  /** Absent where the provider does not name its keys. */
  readonly kid: string | undefined;
  readonly alg: string;
  readonly privateKey: KeyLike;
  readonly jwk: JWK;
  /** The public key as a text, as whoever forges with it would have it. */
  readonly pem: string;
}

export interface IdentityProvider {
  readonly keysUrl: string;
  readonly issuer: string;
  /** How often its keys were asked for. */
  asked(): number;
  /** What it shows from now on. */
  show(...keys: SigningKey[]): void;
  /** Answers so from now on, whatever is asked. */
  fail(status: number | undefined): void;
  /** Answers nothing until what is returned is called. */
  hold(): () => void;
  stop(): Promise<void>;
}

export async function signingKey(kid?: string, alg = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const name = kid !== undefined && { kid };
  const jwk = { ...(await exportJWK(publicKey)), ...name, alg, use: 'sig' };
  return { kid, alg, privateKey, jwk, pem: await exportSPKI(publicKey) };
}

/** A server that shows public keys, as an identity provider does. */
export async function startIdentityProvider(...keys: SigningKey[]): Promise<IdentityProvider> {
  let shown = keys;
  let failing: number | undefined;
  let asked = 0;
  let held: (() => void)[] | undefined;
  const server = createServer((_, response) => {
    asked += 1;
    const answer = () => {
      response.writeHead(failing ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: shown.map(({ jwk }) => jwk) }));
    };
    if (held) held.push(answer);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    keysUrl: `http://127.0.0.1:${port}/jwks`,
    issuer: 'https://identity.example.kz/',
    asked: () => asked,
    show: (...next) => {
      shown = next;
    },
    fail: (status) => {
      failing = status;
    },
    hold: () => {
      const waiting: (() => void)[] = [];
      held = waiting;
      return () => {
        held = undefined;
        for (const answer of waiting) answer();
      };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A token as the provider would sign it; claims given as undefined are left out. */
export function sign(
  { kid, alg, privateKey }: SigningKey,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .sign(privateKey);
}
