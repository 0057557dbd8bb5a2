import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWK, type KeyLike } from 'jose';

export interface SigningKey {
  readonly kid: string;
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
  stop(): Promise<void>;
}

export async function signingKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, jwk, pem: await exportSPKI(publicKey) };
}

/** A server that shows public keys, as an identity provider does. */
export async function startIdentityProvider(...keys: SigningKey[]): Promise<IdentityProvider> {
  let shown = keys;
  let failing: number | undefined;
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(failing ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: shown.map(({ jwk }) => jwk) }));
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
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey);
}
