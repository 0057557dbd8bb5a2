import { createHmac } from 'node:crypto';
import { recogniseTokens, type TokenRules } from '../../../src/api/access/tokens/tokens';
import { ProviderUnavailable } from '../../../src/api/access/tokens/providerUnavailable';
import { until } from '../server/support';
import {
  sign,
  signingKey,
  startIdentityProvider,
  type IdentityProvider,
  type SigningKey,
} from './identityProvider';

const MINUTE = 60_000;
let provider: IdentityProvider;
let first: SigningKey;
let second: SigningKey;
beforeAll(async () => {
  [first, second] = await Promise.all([signingKey('first'), signingKey('second', 'ES256')]);
});
beforeEach(async () => {
  provider = await startIdentityProvider(first);
});
afterEach(() => provider.stop());

const AUDIENCE = 'techorda-graph';
let now = Date.UTC(2026, 10, 24);
const seconds = (offset = 0) => Math.floor(now / 1_000) + offset;
const claims = (other: Readonly<Record<string, unknown>> = {}) => ({
  iss: provider.issuer,
  aud: AUDIENCE,
  sub: '990140000385',
  iat: seconds(),
  exp: seconds(300),
  scope: 'openid marts:read',
  ...other,
});

function recogniser(rules: Partial<TokenRules> = {}) {
  const refused: { code: string; claim?: string }[] = [];
  const troubles: unknown[] = [];
  const recognise = recogniseTokens({
    rules: {
      issuer: provider.issuer,
      audience: AUDIENCE,
      keysUrl: provider.keysUrl,
      algorithms: ['RS256', 'ES256'],
      leeway: 30,
      rightsClaim: 'scope',
      roles: new Map([['analyst', ['marts:read', 'quality:read']]]),
      ...rules,
    },
    onRefused: (why) => refused.push(why),
    onTrouble: (error) => troubles.push(error),
    clock: () => now,
  });
  return { recognise, refused, troubles };
}

test('a token of the issuer tells who asks, and nothing of the person gets any further', async () => {
  const { recognise } = recogniser();
  const viewer = await recognise(await sign(first, claims()));
  expect([...(viewer?.rights ?? [])]).toEqual(['marts:read']);
  expect(viewer?.keyId).toMatch(/^token:[\w-]{16}$/);
  expect(JSON.stringify(viewer)).not.toContain('990140000385');
  expect(viewer?.expiresAt).toBe((seconds(300) + 30) * 1_000);
  const again = await recognise(await sign(first, claims({ exp: seconds(400) })));
  expect(again?.keyId).toBe(viewer?.keyId);
});

test.each([
  ['scope', { scope: 'profile bin:read marts:read' }, ['bin:read', 'marts:read']],
  [
    'scope',
    { scope: ['analyst', 'refresh:run', 7] },
    ['marts:read', 'quality:read', 'refresh:run'],
  ],
  ['realm_access.roles', { realm_access: { roles: ['analyst'] } }, ['marts:read', 'quality:read']],
  [
    'https://example.kz/roles',
    { 'https://example.kz/roles': 'analyst' },
    ['marts:read', 'quality:read'],
  ],
  ['scope', { scope: undefined }, []],
  ['scope', { scope: 'constructor __proto__ admin' }, []],
  ['constructor.name', {}, []],
  ['scope', { scope: { 'marts:read': true } }, []],
])('rights are those that the claim %s names: %o', async (rightsClaim, given, rights) => {
  const viewer = await recogniser({ rightsClaim }).recognise(await sign(first, claims(given)));
  expect([...(viewer?.rights ?? [])].sort()).toEqual(rights);
});

test('the roles of a token are known, since who bears one may give it to a key', async () => {
  const given = claims({ scope: ['analyst', 'refresh:run', 'chief'] });
  expect(
    (await recogniser({ rightsClaim: 'scope' }).recognise(await sign(first, given)))?.roles,
  ).toEqual(['analyst']);
});

test('a token is confined to the rows that its claim names', async () => {
  const { recognise } = recogniser({ scopeClaim: 'techorda.rows' });
  const seen = async (rows: unknown) =>
    recognise(await sign(first, claims({ techorda: { rows } })));
  expect((await seen('years=2024;companies=9'))?.scope).toEqual({
    years: [[2024, 2024]],
    companies: [9],
  });
  expect((await seen({ certificates: ['1042'] }))?.scope).toEqual({ certificates: ['1042'] });
  const all = await seen('all');
  expect(all?.scope).toBeUndefined();
  expect(all?.rights).toEqual(new Set(['marts:read']));
});

test.each([undefined, '', 'everything', {}, { regions: ['Astana'] }, 'years=last', []])(
  'a token whose scope is %j is refused, since nobody can tell what it should not see',
  async (rows) => {
    const { recognise, refused } = recogniser({ scopeClaim: 'techorda.rows' });
    expect(await recognise(await sign(first, claims({ techorda: { rows } })))).toBeNull();
    expect(refused).toEqual([{ code: 'scope not understood' }]);
  },
);

test.each([
  ['of another issuer', { iss: 'https://elsewhere.example/' }, 'iss'],
  ['without an issuer', { iss: undefined }, 'iss'],
  ['for another audience', { aud: ['other', 'elsewhere'] }, 'aud'],
  ['without an audience', { aud: undefined }, 'aud'],
  ['that has expired', { exp: -31 }, 'exp'],
  ['without an end', { exp: undefined }, 'exp'],
  ['that is not good yet', { nbf: 31 }, 'nbf'],
  ['of nobody', { sub: undefined }, 'sub'],
  ['of a nameless one', { sub: '' }, 'sub'],
])('a token %s is refused', async (_, given, claim) => {
  const times = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'number' ? seconds(value) : value,
    ]),
  );
  const { recognise, refused } = recogniser();
  expect(await recognise(await sign(first, claims(times)))).toBeNull();
  expect(refused).toMatchObject([{ claim }]);
});

test('clocks may be apart by the leeway', async () => {
  const { recognise } = recogniser();
  expect(await recognise(await sign(first, claims({ exp: seconds(-29) })))).not.toBeNull();
  expect(await recognise(await sign(first, claims({ nbf: seconds(29) })))).not.toBeNull();
  const strict = recogniser({ leeway: 0 });
  expect(await strict.recognise(await sign(first, claims({ exp: seconds(-1) })))).toBeNull();
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('who knows only the public key can forge nothing', async () => {
  const { recognise, refused } = recogniser();
  const body = part(claims());
  const hmac = (head: string, secret: string | Buffer) =>
    `${head}.${body}.${createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')}`;
  const head = part({ alg: 'HS256', kid: 'first' });
  const genuine = await sign(first, claims());
  const forged = [
    hmac(head, first.pem),
    hmac(head, Buffer.from(String(first.jwk.n), 'base64url')),
    hmac(part({ alg: 'HS256' }), ''),
    `${part({ alg: 'none' })}.${body}.`,
    `${part({ alg: 'None', kid: 'first' })}.${body}.`,
    // A key that the token itself brings, or names elsewhere, is nobody's.
    (await sign(second, claims())).replace(/^[^.]+/, part({ alg: 'ES256', jwk: second.jwk })),
    (await sign(second, claims())).replace(/^[^.]+/, part({ alg: 'ES256', kid: 'first' })),
    genuine.replace(/\.[^.]+\./, `.${part(claims({ scope: 'keys:manage' }))}.`),
    genuine.slice(0, -4),
    `${genuine}A`,
    `${genuine}.`,
    '..',
    'a.b.c',
    'x'.repeat(100_000),
  ];
  for (const token of forged) expect(await recognise(token)).toBeNull();
  expect(refused.length).toBeGreaterThan(5);
  expect(await recognise(genuine)).not.toBeNull();
});

test('only signatures of the list are believed', async () => {
  provider.show(first, second);
  const token = await sign(second, claims());
  expect(await recogniser().recognise(token)).not.toBeNull();
  expect(await recogniser({ algorithms: ['RS256'] }).recognise(token)).toBeNull();
});

test('keys are fetched once for all that wait, and again when the issuer signs with a new one', async () => {
  const { recognise } = recogniser();
  const token = await sign(first, claims());
  await Promise.all(Array.from({ length: 20 }, () => recognise(token)));
  expect(provider.asked()).toBe(1);
  provider.show(first, second);
  now += MINUTE;
  expect(await recognise(await sign(second, claims()))).not.toBeNull();
  expect(provider.asked()).toBe(2);
  provider.show(second);
  now += 11 * MINUTE;
  expect(await recognise(await sign(first, claims()))).toBeNull();
  expect(await recognise(await sign(second, claims()))).not.toBeNull();
  expect(provider.asked()).toBe(3);
});

test('a flood of tokens with unknown keys asks the issuer next to nothing', async () => {
  const { recognise } = recogniser();
  await recognise(await sign(first, claims()));
  now += MINUTE;
  for (let index = 0; index < 50; index += 1) {
    const token = await sign({ ...first, kid: `unknown-${index}` }, claims());
    expect(await recognise(token)).toBeNull();
  }
  expect(provider.asked()).toBe(2);
});

test('while the issuer does not answer, the last good keys go on', async () => {
  const { recognise, troubles } = recogniser();
  expect(await recognise(await sign(first, claims()))).not.toBeNull();
  provider.fail(500);
  for (let hour = 0; hour < 3; hour += 1) {
    now += 60 * MINUTE;
    expect(await recognise(await sign(first, claims()))).not.toBeNull();
  }
  expect(troubles.length).toBe(3);
  provider.fail(undefined);
  provider.show(second);
  now += MINUTE;
  expect(await recognise(await sign(first, claims()))).toBeNull();
});

test('without any key nobody is refused: it cannot be told', async () => {
  provider.fail(503);
  const { recognise } = recogniser();
  const token = await sign(first, claims());
  for (let index = 0; index < 10; index += 1) {
    await expect(recognise(token)).rejects.toThrow(ProviderUnavailable);
  }
  expect(provider.asked()).toBe(1);
  provider.fail(undefined);
  now += 3_000;
  expect(await recognise(token)).not.toBeNull();
});

test('an issuer that is long in failing is not waited for by one request after another', async () => {
  provider.fail(503);
  const release = provider.hold();
  const { recognise } = recogniser();
  const token = await sign(first, claims());
  const waiting = recognise(token);
  await until(() => provider.asked() === 1);
  now += 3_000;
  release();
  await expect(waiting).rejects.toThrow(ProviderUnavailable);
  await expect(recognise(token)).rejects.toThrow(ProviderUnavailable);
  expect(provider.asked()).toBe(1);
});

test('an issuer need not name its keys, also while it has two of them', async () => {
  const [one, other, forger] = await Promise.all([signingKey(), signingKey(), signingKey()]);
  provider.show(one, other);
  const { recognise, refused } = recogniser();
  for (const key of [one, other]) {
    expect(await recognise(await sign(key, claims()))).not.toBeNull();
  }
  expect(await recognise(await sign(forger, claims()))).toBeNull();
  expect(await recognise(await sign(other, claims({ aud: 'other' })))).toBeNull();
  expect(refused).toMatchObject([
    { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' },
    { claim: 'aud' },
  ]);
});

test('a token that is good for ever ends with the year 9999', async () => {
  const { recognise } = recogniser();
  for (const exp of [8.64e12, 1e18, 1e300]) {
    const viewer = await recognise(await sign(first, claims({ exp })));
    expect(new Date(viewer?.expiresAt ?? 0).toISOString()).toBe('9999-12-31T00:00:00.000Z');
  }
});

test('what is not a token is no reason to ask the issuer', async () => {
  const { recognise } = recogniser();
  for (const wrong of ['', `tg_${'A'.repeat(43)}`, 'a.b', 'a.b.c.d', 'a b.c.d']) {
    expect(await recognise(wrong)).toBeNull();
  }
  expect(provider.asked()).toBe(0);
});
