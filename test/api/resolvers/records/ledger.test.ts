import { recordEntries, type LedgerEntry } from '../../../../src/api/access/ledger/ledger';
import { printLedger } from '../../../../src/commands/ledger';
import type { Right } from '../../../../src/api/access/viewer';
import { ask } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication } from '../../../support/databases/gold';

const RIGHTS: readonly Right[] = ['keys:manage'];
const day = (date: number) => Date.UTC(2026, 9, date, 12);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenPublication(database.knex);
  const bot = { caller: '5', callerName: 'bot' };
  const entries: LedgerEntry[] = [
    { ...bot, kind: 'CLEAR_BINS', operation: 'Page', document: 'ab', rows: 30, at: day(1) },
    { ...bot, kind: 'CLEAR_BINS', operation: 'Other', rows: 2, times: 3, at: day(2) },
    { ...bot, kind: 'REFUSED', subject: 'FORBIDDEN', requestId: 'r1', at: day(3) },
    { caller: null, kind: 'REFUSED', subject: 'UNAUTHENTICATED', at: day(4) },
    { caller: 'bot (5)', kind: 'GATE_RELEASED', subject: 'run 7', at: day(5) },
    { caller: '6', callerName: 'desk', kind: 'LOOKUP', operation: 'Page', at: day(6) },
  ];
  await recordEntries(database.knex, entries);
});
afterAll(() => database.drop());

const ENTRY = 'id at kind caller callerName operation document subject rows times requestId';

interface Told {
  readonly totalCount: number;
  readonly nodes: readonly Record<string, unknown>[];
  readonly edges: readonly { readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly endCursor: string | null;
  };
}

async function told(given = ''): Promise<Told> {
  const { data, errors } = await ask(
    database.knex,
    `{ ledger${given} { totalCount nodes { ${ENTRY} } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
    { rights: RIGHTS },
  );
  expect(errors).toBeUndefined();
  return data?.['ledger'] as Told;
}

test('the newest entry is told first, page by page, with the number of all', async () => {
  const first = await told('(first: 4)');
  expect(first.totalCount).toBe(6);
  expect(first.nodes.map(({ kind }) => kind)).toEqual([
    'LOOKUP',
    'GATE_RELEASED',
    'REFUSED',
    'REFUSED',
  ]);
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, endCursor: first.edges[3]?.cursor });
  const next = await told(`(first: 4, after: "${first.pageInfo.endCursor}")`);
  expect(next.totalCount).toBe(6);
  expect(next.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect(next.nodes).toEqual([
    expect.objectContaining({ operation: 'Other', rows: 2, times: 3 }),
    {
      id: expect.any(String),
      at: '2026-10-01T12:00:00Z',
      kind: 'CLEAR_BINS',
      caller: '5',
      callerName: 'bot',
      operation: 'Page',
      document: 'ab',
      subject: null,
      rows: 30,
      times: 1,
      requestId: null,
    },
  ]);
});

test.each([
  ['(caller: "5")', [5, 3, 2, 1]],
  ['(caller: "bot")', [5, 3, 2, 1]],
  ['(caller: "bo")', []],
  ['(caller: "desk", kind: LOOKUP)', [6]],
  ['(kind: REFUSED)', [4, 3]],
  ['(operation: "Page")', [6, 1]],
  ['(since: "2026-10-03T12:00:00Z", until: "2026-10-05T12:00:00Z")', [4, 3]],
  ['(until: "2026-10-01T17:00:00.000001+05:00")', [1]],
  ['(first: 1, kind: CLEAR_BINS)', [2]],
])('%s tells of what it says', async (given, days) => {
  const { nodes, totalCount } = await told(given);
  expect(nodes.map(({ at }) => Number(String(at).slice(8, 10)))).toEqual(days);
  if (!given.includes('first')) expect(totalCount).toBe(days.length);
});

test('who lacks keys:manage, or is confined to some rows, is told nothing of it', async () => {
  for (const asker of [
    { rights: ['marts:read', 'bin:read', 'quality:read', 'refresh:run'] as const },
    { rights: RIGHTS, scope: { years: [[2024, 2024]] as const } },
  ]) {
    const { data, errors } = await ask(database.knex, '{ ledger { totalCount } }', asker);
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
  }
});

test('a cursor of another list and a text that no caller has are told in a sentence', async () => {
  const runs = Buffer.from('run:1').toString('base64url');
  for (const given of [`after: "${runs}"`, 'first: 1001', 'caller: "\\u0000"']) {
    const { errors } = await ask(database.knex, `{ ledger(${given}) { totalCount } }`, {
      rights: RIGHTS,
    });
    expect([given, errors?.[0]?.extensions]).toEqual([given, { code: 'BAD_USER_INPUT' }]);
    expect(errors?.[0]?.message).toContain('expected');
  }
});

test('the command tells the same, by names too', async () => {
  const printed = async (wish: Parameters<typeof printLedger>[1]) => {
    let text = '';
    await printLedger(database.knex, wish, (part) => (text += part));
    return text;
  };
  const lines = (await printed({ caller: 'bot', since: '2026-10-02', until: '2026-10-03' })).split(
    '\n',
  );
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/^2026-10-02T12:00:00\.000Z +CLEAR_BINS +5 "bot" +Other +2 +3$/);
  expect(lines[2]).toMatch(/^2026-10-03T12:00:00\.000Z +REFUSED +5 "bot" +FORBIDDEN +1$/);
  expect(await printed({ operation: 'None' })).toBe('There are no such entries.\n');
  await expect(printed({ until: 'soon' })).rejects.toThrow('"soon" is no time to end with');
});
