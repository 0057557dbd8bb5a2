import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { givenPublication } from '../../support/databases/gold';
import { post, serveTest, type ServedDatabase } from '../server/support';
import { createEventTables, eventModel, givenLeads } from './eventMarts';

let database: TestDatabase;
let served: ServedDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 8 });
  const { knex } = database;
  await createEventTables(knex);
  await givenPublication(knex);
  // Times in UTC; Almaty is five hours ahead since March 2024, six before.
  await givenLeads(knex, [
    {
      lead_id: 1,
      created_at: '2024-12-30T05:00:00Z',
      company_id: 9,
      price: '1.00',
      contact_id: 'a',
    },
    {
      lead_id: 2,
      created_at: '2025-12-28T18:59:59Z',
      company_id: 9,
      price: '2.00',
      contact_id: 'a',
    },
    { lead_id: 3, created_at: '2025-12-28T19:00:00Z', price: '4.00', contact_id: 'b' },
    {
      lead_id: 4,
      created_at: '2025-12-31T19:00:00Z',
      company_id: 9,
      price: '8.00',
      contact_id: 'b',
    },
    { lead_id: 5, created_at: '2026-01-04T18:59:59Z', price: '16.00', tags: ['x', 'y'] },
    { lead_id: 6, created_at: '2026-01-04T19:00:00Z', company_id: 10, contact_id: 'b' },
    { lead_id: 7, created_at: '2023-06-30T18:00:00Z', company_id: 10, price: '32.00' },
  ]);
  served = await serveTest({ model: eventModel(), database });
});
afterAll(() => served.stop());

interface Groups {
  readonly nodes: readonly Record<string, unknown>[];
  readonly totalCount?: number;
}

async function groups(query: string): Promise<Groups> {
  const { body } = await post(served, `{ leadsGroups(${query} } }`);
  if (body.errors) throw new Error(body.errors.map(({ message }) => message).join(' '));
  return body.data?.['leadsGroups'] as Groups;
}

test.each([
  [
    'YEAR',
    'year',
    [
      [2023, 1],
      [2024, 1],
      [2025, 2],
      [2026, 3],
    ],
  ],
  [
    'QUARTER',
    'quarter',
    [
      ['2023-Q3', 1],
      ['2024-Q4', 1],
      ['2025-Q4', 2],
      ['2026-Q1', 3],
    ],
  ],
  [
    'MONTH',
    'month',
    [
      ['2023-07', 1],
      ['2024-12', 1],
      ['2025-12', 2],
      ['2026-01', 3],
    ],
  ],
  [
    'WEEK',
    'week',
    [
      ['2023-W26', 1],
      ['2025-W01', 1],
      ['2025-W52', 1],
      ['2026-W01', 3],
      ['2026-W02', 1],
    ],
  ],
  [
    'WEEKDAY',
    'weekday',
    [
      [1, 3],
      [4, 1],
      [6, 1],
      [7, 2],
    ],
  ],
  [
    'DAY',
    'day',
    [
      ['2023-07-01', 1],
      ['2024-12-30', 1],
      ['2025-12-28', 1],
      ['2025-12-29', 1],
      ['2026-01-01', 1],
      ['2026-01-04', 1],
      ['2026-01-05', 1],
    ],
  ],
] as const)('events are grouped by the %s of their time in Almaty', async (by, field, expected) => {
  const { nodes } = await groups(`by: [${by}]) { nodes { key { ${field} } rows }`);
  expect(nodes).toEqual(expected.map(([value, rows]) => ({ key: { [field]: value }, rows })));
});

test('a total adds what is ADDITIVE, and counts the distinct values of what is DISTINCT in each group', async () => {
  expect(
    await groups(
      'by: [YEAR]) { nodes { key { year } total { price contact } sum { price } avg { price } min { price } count { price contact } companies }',
    ),
  ).toEqual({
    nodes: [
      {
        key: { year: 2023 },
        total: { price: '32.00', contact: 0 },
        sum: { price: '32.00' },
        avg: { price: '32.00' },
        min: { price: '32.00' },
        count: { price: 1, contact: 0 },
        companies: 1,
      },
      expect.objectContaining({ key: { year: 2024 }, total: { price: '1.00', contact: 1 } }),
      expect.objectContaining({
        key: { year: 2025 },
        total: { price: '6.00', contact: 2 },
        // The lead without a company stands for a company of its own.
        companies: 2,
      }),
      {
        key: { year: 2026 },
        total: { price: '24.00', contact: 1 },
        sum: { price: '24.00' },
        avg: { price: '12.00' },
        min: { price: '8.00' },
        count: { price: 2, contact: 2 },
        companies: 3,
      },
    ],
  });
  // Never added up over groups: a and b are two.
  const { nodes } = await groups('by: []) { nodes { total { price contact } }');
  expect(nodes).toEqual([{ total: { price: '63.00', contact: 2 } }]);
});

test('groups are filtered and ordered by what they come to, and paged', async () => {
  const asked = (after: string) =>
    groups(
      `by: [WEEK], filterGroups: {total: {price: {gte: 1, lt: 30}}}, orderBy: [{total: PRICE, direction: DESC}], first: 2${after}) { totalCount nodes { key { week } } pageInfo { endCursor hasNextPage }`,
    );
  const first = (await asked('')) as Groups & { pageInfo: { endCursor: string } };
  expect(first).toMatchObject({
    totalCount: 3,
    nodes: [{ key: { week: '2026-W01' } }, { key: { week: '2025-W52' } }],
    pageInfo: { hasNextPage: true },
  });
  const second = await asked(`, after: ${JSON.stringify(first.pageInfo.endCursor)}`);
  expect(second).toMatchObject({
    nodes: [{ key: { week: '2025-W01' } }],
    pageInfo: { hasNextPage: false },
  });
});

test.each([
  [
    'by: [YEAR]',
    'year',
    [
      [2023, null],
      [2024, '32.00'],
      [2025, '1.00'],
      [2026, '6.00'],
    ],
  ],
  [
    'by: [WEEK]',
    'week',
    [
      ['2023-W26', null],
      ['2025-W01', null],
      ['2025-W52', null],
      ['2026-W01', '2.00'],
      ['2026-W02', '28.00'],
    ],
  ],
  [
    'by: [MONTH]',
    'month',
    [
      ['2023-07', null],
      ['2024-12', null],
      ['2025-12', null],
      ['2026-01', '6.00'],
    ],
  ],
  [
    'by: [QUARTER]',
    'quarter',
    [
      ['2023-Q3', null],
      ['2024-Q4', null],
      ['2025-Q4', null],
      ['2026-Q1', '6.00'],
    ],
  ],
  [
    'by: [DAY], filter: {day: {gte: "2025-12-29", lte: "2026-01-05"}}',
    'day',
    [
      ['2025-12-29', '2.00'],
      ['2026-01-01', null],
      ['2026-01-04', null],
      ['2026-01-05', '16.00'],
    ],
  ],
] as const)(
  'previous is the total of the step before, whatever the filter says of time: %s',
  async (query, field, expected) => {
    const { nodes } = await groups(`${query}) { nodes { key { ${field} } previous { price } }`);
    expect(nodes).toEqual(
      expected.map(([value, price]) => ({ key: { [field]: value }, previous: { price } })),
    );
  },
);

test('with several steps the shortest leads back, and the others go with it', async () => {
  const query = 'by: [YEAR, MONTH, WEEKDAY], filter: {year: {eq: 2026}})';
  expect(
    await groups(
      `${query} { nodes { key { year month weekday } total { price } previous { price } change { price contact } }`,
    ),
  ).toEqual({
    nodes: [
      {
        key: { year: 2026, month: '2026-01', weekday: 1 },
        total: { price: null },
        previous: { price: '4.00' },
        change: { price: null, contact: 0 },
      },
      {
        key: { year: 2026, month: '2026-01', weekday: 4 },
        total: { price: '8.00' },
        previous: { price: null },
        change: { price: null, contact: null },
      },
      {
        key: { year: 2026, month: '2026-01', weekday: 7 },
        total: { price: '16.00' },
        previous: { price: '2.00' },
        change: { price: '14.00', contact: -1 },
      },
    ],
  });
});

test('a share is the part of the total of all rows that the filter leaves', async () => {
  expect(
    await groups(
      'by: [YEAR], filter: {year: {gte: 2025}}) { nodes { key { year } share { price contact } }',
    ),
  ).toEqual({
    nodes: [
      { key: { year: 2025 }, share: { price: 0.2, contact: 1 } },
      { key: { year: 2026 }, share: { price: 0.8, contact: 0.5 } },
    ],
  });
});

test('a row is in the group of each element of its list', async () => {
  expect(
    await groups(
      'by: [TAG, MONTH], filter: {tags: {isEmpty: false}}) { nodes { key { tag month } rows }',
    ),
  ).toEqual({
    nodes: [
      { key: { tag: 'x', month: '2026-01' }, rows: 1 },
      { key: { tag: 'y', month: '2026-01' }, rows: 1 },
    ],
  });
});

test.each([
  [
    'by: [WEEKDAY]) { nodes { previous { price } }',
    'previous and change compare with the step of time before; expected YEAR, QUARTER, MONTH, WEEK or DAY in by.',
  ],
  ['by: [CREATED_AT]) { nodes { rows }', 'CREATED_AT'],
  ['by: [CERTIFICATE]) { nodes { rows }', 'CERTIFICATE'],
  [
    'by: [YEAR], orderBy: [{avg: CONTACT}]) { nodes { rows }',
    'orderBy[0].avg is CONTACT; expected one of PRICE, DAYS_TO_CLOSE.',
  ],
  ['by: [YEAR], orderBy: [{participations: true}]) { nodes { rows }', 'participations'],
])('what events do not have is refused: %s', async (query, sentence) => {
  await expect(groups(query)).rejects.toThrow(sentence);
});

test('with MIN_GROUP_COMPANIES groups of few companies are withheld, within each longer step of time too', async () => {
  const { knex } = database;
  const confined = await serveTest({
    model: eventModel(),
    database: { ...database, drop: () => Promise.resolve() },
    config: { MIN_GROUP_COMPANIES: 2 },
  });
  await knex.transaction(async (transaction) => {
    await transaction('gold.leads').delete();
    const leads = [1, 2, 3, 4].flatMap((company) =>
      ['2026-02-02', '2026-02-03', '2026-02-04', '2026-03-05'].map((day) => ({ company, day })),
    );
    // One company alone on one day of March, and enough on all others.
    await givenLeads(
      transaction,
      [
        ...leads,
        { company: 1, day: '2026-03-06' },
        ...leads.map((lead) => ({ ...lead, day: '2026-03-07' })),
      ].map(({ company, day }, index) => ({
        lead_id: index + 1,
        company_id: company,
        created_at: `${day}T06:00:00Z`,
      })),
    );
  });
  try {
    const { body } = await post(
      confined,
      '{ leadsGroups(by: [DAY]) { suppressedGroups nodes { key { day } } } }',
    );
    // Of all days one more, and one of the same month: else all days, or the month, less the others would tell of
    // the one.
    expect(body.data).toEqual({
      leadsGroups: {
        suppressedGroups: 3,
        nodes: ['2026-02-03', '2026-02-04', '2026-03-07'].map((day) => ({
          key: { day },
        })),
      },
    });
  } finally {
    await confined.stop();
  }
});
