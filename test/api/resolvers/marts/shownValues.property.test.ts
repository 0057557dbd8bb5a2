import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { ask } from '../../../support/asking/ask';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenPublication(database.knex);
});
afterAll(() => database.drop());

const AGGREGATES = ['total', 'sum', 'avg', 'min', 'max', 'count', 'previous', 'change', 'share'];
const COUNTS = ['rows', 'companies', 'participations'];

type Shown = Readonly<Record<string, unknown>>;
interface Group extends Readonly<Record<string, unknown>> {
  readonly key: { readonly year: number; readonly companyName: string };
}

async function data(query: string, variables: Readonly<Record<string, unknown>> = {}) {
  const answer = await ask(database.knex, query, { variables });
  expect(answer.errors).toBeUndefined();
  return answer.data ?? {};
}

/** Finds every group by each single value that is shown of it. */
async function findsAgain(field: string, measure: string): Promise<void> {
  const values = [...COUNTS, ...AGGREGATES.map((aggregate) => `${aggregate} { ${measure} }`)];
  const by = 'by: [YEAR, COMPANY_NAME]';
  const shown = await data(
    `{ ${field}(${by}) { nodes { key { year companyName } ${values.join(' ')} } } }`,
  );
  const { nodes } = shown[field] as { nodes: readonly Group[] };
  for (const group of nodes) {
    const conditions: [string, unknown][] = [...COUNTS, ...AGGREGATES].map((name) => {
      const value = COUNTS.includes(name) ? group[name] : (group[name] as Shown)[measure];
      const condition = value === null ? { isNull: true } : { eq: value };
      return [name, { [name]: COUNTS.includes(name) ? condition : { [measure]: condition } }];
    });
    const type = `${field.charAt(0).toUpperCase()}${field.slice(1).replace('Groups', '')}GroupFilter`;
    const found = await data(
      `query (${conditions.map(([name]) => `$${name}: ${type}`).join(', ')}) {
        ${conditions.map(([name]) => `${name}: ${field}(${by}, filterGroups: $${name}) { nodes { key { year companyName } } }`).join('\n')}
      }`,
      Object.fromEntries(conditions),
    );
    for (const [name] of conditions) {
      const groups = found[name] as { nodes: readonly Group[] };
      expect([name, groups.nodes]).toEqual([name, expect.arrayContaining([{ key: group.key }])]);
    }
  }
}

const MAX_SHOWN = 10n ** 20n - 1n;
const hundredths = fc.oneof(
  fc.bigInt({ min: -MAX_SHOWN, max: MAX_SHOWN }),
  fc.bigInt({ min: -300n, max: 300n }),
  fc.constantFrom(MAX_SHOWN, -MAX_SHOWN),
);
const amount = hundredths.map((value) => {
  const digits = String(value < 0n ? -value : value).padStart(3, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
});
const rowsWith = <Value>(value: fc.Arbitrary<Value>) =>
  fc.array(
    fc.record({
      year: fc.integer({ min: 2022, max: 2024 }),
      company_name: fc.constantFrom('А', 'Б'),
      value: fc.option(value),
    }),
    { minLength: 1, maxLength: 12 },
  );

test.each([
  ['financingGroups', 'loanFunds', 'gold.financing', 'loan_funds', amount],
  [
    'employeesGroups',
    'residentsCount',
    'gold.employees',
    'residents_count',
    fc.integer({ min: -5, max: 2_147_483_647 }),
  ],
] as const)(
  'whatever %s show of %s can be compared, and finds its group again',
  async (field, measure, table, column, values) => {
    await fc.assert(
      fc.asyncProperty(rowsWith<string | number>(values), async (rows) => {
        await database.knex.raw(`truncate ${table}`);
        await givenRows(
          database.knex,
          table,
          rows.map(({ value, ...row }) => ({ ...row, [column]: value })),
        );
        await findsAgain(field, measure);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 8) },
    );
  },
  60_000,
);

describe('an amount of more digits than a column holds', () => {
  const LONG = '9'.repeat(400);
  beforeAll(async () => {
    await database.knex.raw('truncate gold.financing, gold.employees');
    await givenRows(database.knex, 'gold.financing', [
      { loan_funds: '999999999999999999.99' },
      { loan_funds: '-999999999999999999.99' },
      {},
    ]);
  });

  test.each([
    ['lt', `${LONG}.99`, 2],
    ['lte', LONG, 2],
    ['gt', LONG, 0],
    ['gte', LONG, 0],
    ['lt', `-${LONG}`, 0],
    ['gt', `-${LONG}.01`, 2],
    ['eq', LONG, 0],
    ['ne', LONG, 3],
    ['in', [LONG, '999999999999999999.99'], 1],
    ['notIn', [LONG, '999999999999999999.99'], 2],
  ] as const)('is compared as any other (%#, %s)', async (operator, value, count) => {
    const filter = { loanFunds: { [operator]: value } };
    const found = await data(
      `query ($filter: FinancingFilter) { financing(filter: $filter) { totalCount }
        financingGroups(by: [], filter: $filter) { nodes { rows } } }`,
      { filter },
    );
    expect(found).toMatchObject({
      financing: { totalCount: count },
      financingGroups: { nodes: [{ rows: count }] },
    });
    const literal = JSON.stringify(value).replaceAll('"', typeof value === 'string' ? '' : '"');
    const written = await data(
      `{ financing(filter: {loanFunds: {${operator}: ${literal}}}) { totalCount } }`,
    );
    expect(written).toEqual({ financing: { totalCount: count } });
  });

  test('is compared with what groups come to as well, and so is a whole number', async () => {
    await givenRows(database.knex, 'gold.employees', [{ residents_count: 5 }]);
    for (const [field, measure] of [
      ['financingGroups', 'loanFunds'],
      ['employeesGroups', 'residentsCount'],
    ] as const) {
      const condition = `sum: {${measure}: {lt: "${LONG}"}}`;
      expect(
        await data(`{ ${field}(by: [], filterGroups: {${condition}}) { totalCount } }`),
      ).toEqual({ [field]: { totalCount: 1 } });
    }
  });
});
