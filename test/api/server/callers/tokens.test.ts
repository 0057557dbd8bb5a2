import {
  sign,
  signingKey,
  startIdentityProvider,
  type IdentityProvider,
  type SigningKey,
} from '../../access/identityProvider';
import { holdClock, type HeldClock } from '../../../support/clock';
import { post, publishVersion, serveTest, type ServedDatabase } from '../support';

let key: SigningKey;
let provider: IdentityProvider;
let served: ServedDatabase;
let clock: HeldClock;
beforeAll(async () => {
  clock = holdClock();
  key = await signingKey('first');
  provider = await startIdentityProvider(key);
  served = await serveTest({
    typeDefs: 'type Query { rights: [String!], expiresAt: Float }',
    resolvers: {
      Query: { rights: (_source, _arguments, { viewer }) => [...(viewer?.rights ?? [])] },
    },
    tokens: {
      issuer: provider.issuer,
      audience: 'techorda-graph',
      keysUrl: provider.keysUrl,
      algorithms: ['RS256'],
      leeway: 5,
      rightsClaim: 'scope',
      roles: new Map([['analyst', ['marts:read', 'bin:read']]]),
    },
  });
  await publishVersion(served.database);
});
afterAll(async () => {
  await served.stop();
  await provider.stop();
  clock.release();
});

const token = (other: Readonly<Record<string, unknown>> = {}) =>
  sign(key, {
    iss: provider.issuer,
    aud: 'techorda-graph',
    sub: 'a person',
    exp: Math.floor(Date.now() / 1_000) + 60,
    scope: 'analyst',
    ...other,
  });
const ask = async (credential: string) => post({ url: served.url, key: credential }, '{ rights }');

test('while the issuer has shown no key, a token is answered by 503, and a key as ever', async () => {
  provider.fail(500);
  const answer = await ask(await token());
  expect(answer).toMatchObject({
    status: 503,
    body: {
      errors: [
        {
          message:
            'The keys of the identity provider cannot be fetched at the moment, so that no token can be checked. Try again in a few seconds.',
          extensions: { code: 'UNAVAILABLE' },
        },
      ],
    },
  });
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(await ask(served.key)).toMatchObject({ status: 200 });
  provider.fail(undefined);
  clock.forward(2_000);
});

test('a token opens the API with the rights of its roles', async () => {
  expect(await ask(await token())).toMatchObject({
    status: 200,
    body: { data: { rights: ['marts:read', 'bin:read'] } },
  });
});

test('every refused token gets the same answer, and the log which check it failed', async () => {
  const answers = [
    await ask(await token({ aud: 'other' })),
    await ask(await token({ iss: 'other' })),
    await ask(await token({ exp: 1 })),
    await ask((await token()).slice(0, -5)),
    await ask('nobody'),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(401);
    expect(answer.text).toBe(answers[0]?.text);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  }
  expect(served.log()).toMatch(/"claim":"aud".*token refused/);
  expect(served.log()).toMatch(/"claim":"exp".*token refused/);
  expect(served.log()).not.toContain('a person');
});
