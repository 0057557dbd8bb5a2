import {
  createKey,
  findHolder,
  hashOf,
  looksLikeKey,
  revokeKey,
} from '../../../src/api/access/keys/keys';
import { readExpiry } from '../../../src/api/access/keys/keyRequest';
import { printKeys, printNewKey, printRevokedKey } from '../../../src/commands/keys';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const wish = { name: 'analyst', rights: 'bin:read,marts:read' };

/** What a command prints. */
async function printed(command: (write: (text: string) => void) => Promise<void>): Promise<string> {
  let text = '';
  await command((part) => (text += part));
  return text;
}

test('a key is told once and kept only as its hash', async () => {
  const { key, id } = await createKey(database.knex, wish);
  expect(looksLikeKey(key)).toBe(true);
  const { rows } = await database.knex.raw<{ rows: Record<string, unknown>[] }>(
    'select * from access.api_keys where key_id = ?',
    [id],
  );
  expect(JSON.stringify(rows)).not.toContain(key);
  expect(rows[0]?.['key_hash']).toEqual(hashOf(key));
  expect(await findHolder(database.knex, hashOf(key))).toEqual({
    keyId: id,
    name: 'analyst',
    rights: new Set(['marts:read', 'bin:read']),
  });
});

test('all rights that do not exist are named at once', async () => {
  await expect(
    createKey(database.knex, { ...wish, rights: 'marts:read, marts:write, bin:raed' }),
  ).rejects.toThrow(
    '"marts:write", "bin:raed" are no rights. The rights are marts:read, bin:read, bin:lookup, quality:read, refresh:run, keys:manage.',
  );
  await expect(createKey(database.knex, { ...wish, rights: 'admin' })).rejects.toThrow(
    '"admin" is no right.',
  );
  await expect(createKey(database.knex, { ...wish, rights: ' , ' })).rejects.toThrow(
    'A key needs at least one right.',
  );
});

test.each(['', '   ', 'two\nlines', 'x'.repeat(101)])('%j is refused as a name', async (name) => {
  await expect(createKey(database.knex, { ...wish, name })).rejects.toThrow(
    "cannot be a key's name",
  );
});

const now = new Date('2026-11-22T10:00:00Z');

test.each([
  ['2026-12-31', '2027-01-01T00:00:00.000Z'],
  ['2026-11-22', '2026-11-23T00:00:00.000Z'],
  ['2028-02-29', '2028-03-01T00:00:00.000Z'],
  ['2026-12-31T18:00:00+05:00', '2026-12-31T13:00:00.000Z'],
  ['90d', '2027-02-20T10:00:00.000Z'],
  ['12h', '2026-11-22T22:00:00.000Z'],
  ['30m', '2026-11-22T10:30:00.000Z'],
])('a key that expires %s ends at %s', (given, expected) => {
  expect(readExpiry(given, now).toISOString()).toBe(expected);
});

test.each([
  ['tomorrow', 'is no end of a key'],
  ['', 'is no end of a key'],
  ['2026-02-30', 'is no end of a key'],
  ['2026-13-01', 'is no end of a key'],
  ['2026-12-31T18:00:00', 'is no end of a key'],
  ['31.12.2026', 'is no end of a key'],
  ['2026-11-21', 'has passed'],
  ['0d', 'has passed'],
])('%j is refused as the end of a key', (given, complaint) => {
  expect(() => readExpiry(given, now)).toThrow(complaint);
});

test('the commands print for people, and JSON for programs', async () => {
  const shown = await printed((write) =>
    printNewKey(database.knex, { ...wish, expires: '2999-12-31' }, write),
  );
  expect(shown).toMatch(
    /^Key \d+ "analyst" with the rights marts:read, bin:read, good until 3000-01-01T00:00:00Z:\n\n {2}tg_[\w-]{43}\n/,
  );
  const json = await printed((write) => printNewKey(database.knex, { ...wish, json: true }, write));
  const created = JSON.parse(json) as { id: string; key: string; expiresAt: null };
  expect(created).toMatchObject({ rights: ['marts:read', 'bin:read'], state: 'active' });

  const revoked = await printed((write) =>
    printRevokedKey(database.knex, { id: created.id }, write),
  );
  expect(revoked).toMatch(/^Key \d+ "analyst" is revoked since \d{4}-/);
  await expect(revokeKey(database.knex, '999999')).rejects.toThrow('There is no key with the id');
  await expect(revokeKey(database.knex, "1' or true")).rejects.toThrow('There is no key');

  const list = await printed((write) => printKeys(database.knex, {}, write));
  expect(list).toMatch(/^ID +STATE +NAME +RIGHTS +SCOPE +DOCUMENTS +CREATED +LAST USED +ENDS\n/);
  expect(list).toContain('revoked');
  expect(list).not.toMatch(/tg_|key_hash/);
  const all = JSON.parse(
    await printed((write) => printKeys(database.knex, { json: true }, write)),
  ) as { id: string; state: string }[];
  expect(all.find(({ id }) => id === created.id)).toMatchObject({ state: 'revoked' });
});

test('a key may be confined to years, companies, certificates and marts', async () => {
  const scope = { years: '2023-2025', companies: '9,10', certificates: '1042', marts: 'financing' };
  const shown = await printed((write) => printNewKey(database.knex, { ...wish, ...scope }, write));
  expect(shown).toContain(
    'marts:read, bin:read, confined to years=2023-2025;companies=9,10;certificates=1042;marts=financing, good until it is revoked:',
  );
  const [key = ''] = /tg_[\w-]{43}/.exec(shown) ?? [];
  expect(await findHolder(database.knex, hashOf(key))).toMatchObject({
    scope: {
      years: [[2023, 2025]],
      companies: [9, 10],
      certificates: ['1042'],
      marts: ['financing'],
    },
  });
  expect(await printed((write) => printKeys(database.knex, {}, write))).toContain(
    'years=2023-2025;companies=9,10;certificates=1042;marts=financing',
  );
});

test.each([
  [{ marts: 'financing,patents' }, '"patents" is no mart. The marts are'],
  [{ years: '2025-2023' }, 'The years of a scope have "2025-2023"'],
  [{ companies: '' }, 'The companies of a scope have ""'],
])('a key confined to %o is not made', async (scope, complaint) => {
  await expect(printNewKey(database.knex, { ...wish, ...scope }, () => undefined)).rejects.toThrow(
    complaint,
  );
});

test('a list of keys tells which may ask trusted documents alone', async () => {
  const { id } = await createKey(database.knex, { ...wish, name: 'bot', trustedOnly: true });
  const list = await printed((write) => printKeys(database.knex, {}, write));
  const [line] = list.split('\n').filter((each) => each.startsWith(`${id} `));
  expect(line).toMatch(/ bot +marts:read,bin:read +all +trusted /);
});

test('a key whose scope cannot be understood is nobody', async () => {
  const { id, key } = await createKey(database.knex, wish);
  for (const scope of [{ regions: ['Astana'] }, {}, { years: [] }]) {
    await database.knex('access.api_keys').where({ key_id: id }).update({ scope });
    expect(await findHolder(database.knex, hashOf(key))).toBeNull();
  }
  expect(await printed((write) => printKeys(database.knex, {}, write))).toContain('not understood');
});
