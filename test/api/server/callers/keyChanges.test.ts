import { createKey, findHolder, hashOf, revokeKey } from '../../../../src/api/access/keys/keys';
import { createKeyFor, revokeKeyFor } from '../../../../src/api/access/keys/keysByRequest';
import { readLedger } from '../../../../src/api/access/ledger/readLedger';
import { KeyForbidden } from '../../../../src/api/access/keys/withinCaller';
import { givenPublication } from '../../../support/databases/gold';
import { fetchJson, post, serveTest, until, type ServedDatabase } from '../support';

const CREATE = `mutation Make($name: String! $rights: [String!] $roles: [String!] $scope: KeyScopeInput $expires: String) {
  createKey(name: $name, rights: $rights, roles: $roles, scope: $scope, expires: $expires) {
    key
    record { id name rights roles scope { years companies certificates marts } trustedOnly state createdAt expiresAt revokedAt lastUsedAt }
  }
}`;
const TRUSTED = 'mutation Trusted { createKey(name: "x", rights: ["keys:manage"]) { key } }';
const ROLES = new Map([
  ['analyst', ['marts:read'] as const],
  ['other', ['marts:read'] as const],
]);

let served: ServedDatabase;
let other: ServedDatabase;
let manager: { id: string; key: string };

beforeAll(async () => {
  const serving = {
    product: true,
    config: { ROLES },
    documents: new Map([['Trusted', { text: TRUSTED, operationName: 'Trusted' }]]),
  };
  served = await serveTest(serving);
  const { database } = served;
  // Its own end must not take the database away, which is the first one's.
  other = await serveTest({ ...serving, database: { ...database, drop: async () => undefined } });
  await givenPublication(database.knex);
  manager = await createKey(database.knex, {
    name: 'manager',
    rights: 'marts:read,keys:manage',
    roles: 'analyst',
    knownRoles: ROLES,
    expires: '30d',
  });
});
afterAll(async () => {
  await other.stop();
  await served.stop();
});

interface Created {
  readonly key: string;
  readonly record: Record<string, unknown> & { id: string };
}

function make(variables: Record<string, unknown>, key = manager.key) {
  return fetchJson(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: CREATE, variables: { name: 'made', ...variables } }),
  });
}

const created = ({ body }: Awaited<ReturnType<typeof make>>) => {
  expect(body.errors).toBeUndefined();
  return body.data?.['createKey'] as Created;
};

test('a key that is made over the API opens what it says, and is told this once', async () => {
  const wish = {
    rights: ['marts:read'],
    roles: ['analyst'],
    scope: { years: ['2023-2025', '2021'], companies: ['9'], marts: ['financing'] },
    expires: '7d',
  };
  const answer = await make(wish);
  const { key, record } = created(answer);
  expect(record).toMatchObject({
    name: 'made',
    rights: ['marts:read'],
    roles: ['analyst'],
    scope: {
      years: ['2021', '2023-2025'],
      companies: ['9'],
      certificates: null,
      marts: ['financing'],
    },
    trustedOnly: false,
    state: 'ACTIVE',
    revokedAt: null,
    lastUsedAt: null,
  });
  expect(answer.headers.get('etag')).toBeNull();
  expect(answer.headers.get('cache-control')).toContain('no-store');
  expect((await post({ url: other.url, key }, '{ dataVersion { id } }')).status).toBe(200);
  expect(await findHolder(served.database.knex, hashOf(key), ROLES)).toMatchObject({
    scope: {
      years: [
        [2021, 2021],
        [2023, 2025],
      ],
      companies: [9],
      marts: ['financing'],
    },
  });

  // The same once more is another key, also where both are asked at the same time.
  const [one, two] = (await Promise.all([make(wish), make(wish)])).map(created);
  expect(new Set([key, one?.key, two?.key]).size).toBe(3);
  const list = await post(
    { url: served.url, key: manager.key },
    '{ keys(first: 1000) { nodes { id name rights scope { years } } } }',
  );
  for (const text of [
    list.text,
    served.log(),
    JSON.stringify(await readLedger(served.database.knex, {})),
  ]) {
    expect(text).not.toMatch(/tg_[\w-]{20}/);
    expect(text).not.toContain(hashOf(key).toString('hex'));
  }
});

test('a key for which no end is wished ends with the one that made it', async () => {
  const { record } = created(await make({ rights: ['marts:read'] }));
  const { rows } = await served.database.knex.raw<{ rows: { same: boolean }[] }>(
    `select date_trunc('milliseconds', own.expires_at) = made.expires_at as same
     from access.api_keys as own, access.api_keys as made where own.key_id = ? and made.key_id = ?`,
    [manager.id, record.id],
  );
  expect(rows).toEqual([{ same: true }]);
});

test.each([
  [{ rights: ['marts:write'] }, '"marts:write" is no right. The rights are marts:read'],
  [{ rights: [] }, 'A key needs at least one right.'],
  [{ roles: ['chief'] }, '"chief" is no role. The setting ROLES has analyst, other.'],
  [
    { rights: ['marts:read'], scope: { marts: ['patents'] } },
    '"patents" is no mart. The marts are',
  ],
  [{ rights: ['marts:read'], scope: {} }, 'A scope is empty'],
  [{ rights: ['marts:read'], scope: { years: ['x'] } }, 'The years of a scope have "x"'],
  [{ rights: ['marts:read'], expires: 'soon' }, '"soon" is no end of a key'],
  [{ rights: ['marts:read'], name: ' ' }, "cannot be a key's name"],
])('%j is refused in a sentence', async (wish, sentence) => {
  const { body } = await make(wish);
  expect(body.errors).toHaveLength(1);
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(body.errors?.[0]?.message).toContain(sentence);
});

test.each([
  [{ rights: ['marts:read', 'bin:read'] }, 'the right bin:read, which the caller does not have'],
  [{ roles: ['other'] }, 'the role other, which the caller does not have'],
  [{ rights: ['marts:read'], expires: '31d' }, "would outlive the caller's credential"],
])('%j would exceed who asks, and is forbidden', async (wish, sentence) => {
  const { status, body } = await make(wish);
  expect(status).toBe(403);
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  expect(body.errors?.[0]?.message).toContain(sentence);
});

test('a key that was made is told, also where another of the same request is refused', async () => {
  const { body } = await post(
    { url: served.url, key: manager.key },
    `mutation {
      made: createKey(name: "made", rights: ["marts:read"]) { key record { id } }
      refused: createKey(name: "refused", rights: ["bin:read"]) { key }
      unknown: revokeKey(id: "999999") { id }
    }`,
  );
  expect(body.data).toMatchObject({
    made: { key: expect.stringMatching(/^tg_/) },
    refused: null,
    unknown: null,
  });
  expect(body.errors).toMatchObject([
    { path: ['refused'], extensions: { code: 'FORBIDDEN' } },
    { path: ['unknown'], extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

test('who lacks keys:manage, or is confined to rows or to trusted documents, changes no key', async () => {
  const { knex } = served.database;
  const all = { name: 'confined', rights: 'marts:read,keys:manage' };
  const reader = await createKey(knex, { name: 'reader', rights: 'marts:read' });
  const scoped = await createKey(knex, { ...all, scope: { years: [[2024, 2024]] } });
  const trusted = await createKey(knex, { ...all, trustedOnly: true });
  const before = await knex('access.api_keys').count();
  const revoke = `mutation { revokeKey(id: "${manager.id}") { id } }`;
  const answers = [
    await make({ rights: ['marts:read'] }, reader.key),
    await make({ rights: ['marts:read'] }, scoped.key),
    await post({ url: served.url, key: reader.key }, revoke),
    await post({ url: served.url, key: scoped.key }, revoke),
    await post({ url: served.url, key: reader.key }, '{ keys { totalCount } }'),
    await post({ url: served.url, key: scoped.key }, '{ keys { totalCount } }'),
    await fetchJson(`${served.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${trusted.key}` },
      body: JSON.stringify({ documentId: 'Trusted' }),
    }),
  ];
  for (const { body } of answers) {
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  }
  expect(answers[0]?.body.errors?.[0]?.message).toContain('keys:manage');
  expect(answers.at(-1)?.body.errors?.[0]?.message).toContain('nor to trusted documents');
  expect(await knex('access.api_keys').count()).toEqual(before);
});

test('a key that is revoked ends at once in every process, and an unknown one is told so', async () => {
  const { key, record } = created(await make({ rights: ['marts:read'] }));
  const asks = () =>
    Promise.all([served, other].map(({ url }) => post({ url, key }, '{ dataVersion { id } }')));
  expect((await asks()).map(({ status }) => status)).toEqual([200, 200]);
  const revoke = (id: string) =>
    post(
      { url: served.url, key: manager.key },
      `mutation Stop { revokeKey(id: "${id}") { id state revokedAt } }`,
    );
  const { body } = await revoke(record.id);
  expect(body.data?.['revokeKey']).toMatchObject({ id: record.id, state: 'REVOKED' });
  await until(async () => (await asks()).every(({ status }) => status === 401));
  const [first] = [(body.data?.['revokeKey'] as { revokedAt: string }).revokedAt];
  expect((await revoke(record.id)).body.data?.['revokeKey']).toMatchObject({ revokedAt: first });
  for (const id of ['999999', 'x']) {
    const answer = await revoke(id);
    expect(answer.body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(answer.body.errors?.[0]?.message).toContain(`There is no key with the id "${id}"`);
  }
});

test('the ledger says who changed which key by which request, exactly if it was changed', async () => {
  const { knex } = served.database;
  const { record } = created(await make({ rights: ['marts:read'] }));
  await post(
    { url: served.url, key: manager.key },
    `mutation Stop { revokeKey(id: "${record.id}") { id } }`,
  );
  const who = { caller: manager.id, callerName: 'manager', subject: record.id };
  const entries = (await readLedger(knex, { caller: manager.id })).filter(
    ({ subject }) => subject === record.id,
  );
  expect(entries).toMatchObject([
    { ...who, kind: 'KEY_CREATED', operation: 'Make', requestId: expect.any(String) },
    { ...who, kind: 'KEY_REVOKED', operation: 'Stop', requestId: expect.any(String) },
  ]);

  const before = await knex('access.api_keys').count();
  await knex.raw('alter table access.ledger rename to ledger_gone');
  try {
    const { body } = await make({ rights: ['marts:read'] });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE' });
    expect(body.errors?.[0]?.message).not.toContain('ledger_gone');
  } finally {
    await knex.raw('alter table access.ledger_gone rename to ledger');
  }
  expect(await knex('access.api_keys').count()).toEqual(before);
});

test('a credential that ended since it was looked at changes no key', async () => {
  const { knex } = served.database;
  const { key, id } = await createKey(knex, { name: 'ended', rights: 'keys:manage' });
  const viewer = await findHolder(knex, hashOf(key));
  if (!viewer) throw new Error('The key was made just now.');
  await revokeKeyFor(knex, viewer, id, { requestId: 'own' });
  await expect(
    createKeyFor(knex, viewer, { name: 'late', rights: 'keys:manage' }, { requestId: 'late' }),
  ).rejects.toThrow(KeyForbidden);
  await expect(revokeKeyFor(knex, viewer, manager.id, { requestId: 'late' })).rejects.toThrow(
    KeyForbidden,
  );
});

const waitingForLocks = async () => {
  const { rows } = await served.database.knex.raw<{ rows: unknown[] }>(
    `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  );
  return rows.length;
};

async function holderOf(key: string) {
  const viewer = await findHolder(served.database.knex, hashOf(key), ROLES);
  if (!viewer) throw new Error('The key was made just now.');
  return viewer;
}

test('of two keys that revoke each other at the same time one does, and the other is told that it ended', async () => {
  const { knex } = served.database;
  const wish = { name: 'crosswise', rights: 'keys:manage' };
  const [one, two] = [await createKey(knex, wish), await createKey(knex, wish)];
  const [byOne, byTwo] = [await holderOf(one.key), await holderOf(two.key)];
  const held = await knex.transaction();
  await held.raw('select from access.api_keys where key_id in (?, ?) for share', [one.id, two.id]);
  const both = Promise.allSettled([
    revokeKeyFor(knex, byOne, two.id, { requestId: 'one' }),
    revokeKeyFor(knex, byTwo, one.id, { requestId: 'two' }),
  ]);
  await until(async () => (await waitingForLocks()) === 2);
  await held.commit();
  const told = (await both).map((end) => (end.status === 'fulfilled' ? 'done' : end.reason));
  expect(told).toContain('done');
  expect(told).toContainEqual(expect.any(KeyForbidden));
});

test.each(['over the API', 'by command'])(
  'a key that is revoked %s while it makes another ends after that was made',
  async (way) => {
    const { knex } = served.database;
    const maker = await createKey(knex, { name: 'maker', rights: 'keys:manage' });
    const by = await holderOf(manager.key);
    const making = await knex.transaction();
    await making.raw('select from access.api_keys where key_id = ? for share', [maker.id]);
    const revoked =
      way === 'by command'
        ? revokeKey(knex, maker.id)
        : revokeKeyFor(knex, by, maker.id, { requestId: 'end' });
    await until(async () => (await waitingForLocks()) === 1);
    const { rows } = await making.raw<{ rows: { made: string }[] }>(
      'select clock_timestamp()::text as made',
    );
    await making.commit();
    await revoked;
    const after = knex('access.api_keys').where({ key_id: maker.id });
    expect(await after.where('revoked_at', '>', rows[0]?.made ?? 'infinity')).toHaveLength(1);
  },
);

test('who holds a token makes keys that end no later than the token', async () => {
  const { knex } = served.database;
  const viewer = {
    keyId: 'token:abc',
    name: 'token:abc',
    rights: new Set(['marts:read', 'keys:manage'] as const),
    expiresAt: Date.now() + 60_000,
  };
  const wish = { name: 'by token', rights: 'marts:read' };
  const { key } = await createKeyFor(knex, viewer, wish, { requestId: 'one' });
  const made = await findHolder(knex, hashOf(key));
  expect(made?.expiresAt).toBeLessThanOrEqual(viewer.expiresAt);
  await expect(
    createKeyFor(knex, viewer, { ...wish, expires: '1d' }, { requestId: 'two' }),
  ).rejects.toThrow('would outlive');
});

test('keys are listed page by page, in the order of their making, and never kept', async () => {
  const page = async (given: string) => {
    const answer = await post(
      { url: served.url, key: manager.key },
      `{ keys${given} { totalCount nodes { id name state } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
    );
    expect(answer.headers.get('etag')).toBeNull();
    return answer.body.data?.['keys'] as {
      totalCount: number;
      nodes: { id: string; name: string; state: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  };
  const first = await page('(first: 2)');
  const rest = await page(`(first: 1000, after: "${first.pageInfo.endCursor}")`);
  expect(first.pageInfo.hasNextPage).toBe(true);
  expect(rest.pageInfo.hasNextPage).toBe(false);
  const ids = [...first.nodes, ...rest.nodes].map(({ id }) => Number(id));
  expect(ids).toEqual([...ids].sort((one, two) => one - two));
  expect(ids).toHaveLength(first.totalCount);

  const { knex } = served.database;
  const { id } = await createKey(knex, { name: 'broken', rights: 'marts:read' });
  await knex('access.api_keys')
    .where({ key_id: id })
    .update({ scope: { regions: ['Astana'] } });
  expect((await page('(first: 1000)')).nodes.at(-1)).toEqual({
    id,
    name: 'broken',
    state: 'UNUSABLE',
  });
});
