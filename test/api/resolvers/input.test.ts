import { ask } from '../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { givenPublication, givenRows } from '../../support/databases/gold';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('before the first publication data are unavailable, and there is no data version', async () => {
  const { data, errors } = await ask(database.knex, '{ dataVersion { id } }');
  expect([data, errors]).toEqual([{ dataVersion: null }, undefined]);
  const unavailable = await ask(database.knex, '{ companies { nodes { id } } }');
  expect(unavailable.errors?.[0]).toMatchObject({
    message: expect.stringMatching(/^No data has been published yet/),
    extensions: { code: 'UNAVAILABLE' },
  });
});

describe('once data are published', () => {
  beforeAll(async () => {
    await givenPublication(database.knex);
    await givenRows(database.knex, 'gold.financing', [
      {
        report_id: 1,
        loan_funds: '999999999999999999.99',
        signed_at: '2024-05-06T07:08:09.123456Z',
      },
      { report_id: 2, loan_funds: '-0.10', signed_at: '2024-05-06T07:08:10Z' },
    ]);
  });

  const rowsWhere = async (filter: string, variables: Record<string, unknown> = {}) => {
    const heads: Record<string, string> = { amount: 'Decimal', time: 'DateTime', day: 'Date' };
    const head = Object.keys(variables).map((name) => `$${name}: ${heads[name]}`);
    const query = `query ${head.length > 0 ? `(${head.join(', ')})` : ''} {
      financing(filter: ${filter}) { nodes { reportId loanFunds signedAt } } }`;
    const { data, errors } = await ask(database.knex, query, { variables });
    if (errors) return errors.map(({ message }) => message);
    return (data?.['financing'] as { nodes: unknown[] }).nodes;
  };

  const LARGE = {
    reportId: 1,
    loanFunds: '999999999999999999.99',
    signedAt: '2024-05-06T07:08:09.123456Z',
  };
  const SMALL = { reportId: 2, loanFunds: '-0.10', signedAt: '2024-05-06T07:08:10Z' };

  test('amounts are exact, as strings, as literals and as variables', async () => {
    expect(await rowsWhere('{ loanFunds: { eq: "999999999999999999.99" } }')).toEqual([LARGE]);
    expect(await rowsWhere('{ loanFunds: { eq: 999999999999999999.99 } }')).toEqual([LARGE]);
    expect(await rowsWhere('{ loanFunds: { lt: 0 } }')).toEqual([SMALL]);
    expect(await rowsWhere('{ loanFunds: { eq: $amount } }', { amount: -0.1 })).toEqual([SMALL]);
  });

  test('moments keep their microseconds', async () => {
    expect(await rowsWhere('{ signedAt: { eq: "2024-05-06T07:08:09.123456Z" } }')).toEqual([LARGE]);
    expect(
      await rowsWhere('{ signedAt: { gt: $time } }', { time: '2024-05-06T12:08:09.123456+05:00' }),
    ).toEqual([SMALL]);
  });

  test.each([
    ['{ loanFunds: { eq: "1e3" } }', {}, /expected at most 1000 digits/],
    ['{ loanFunds: { eq: "0.001" } }', {}, /expected at most 1000 digits/],
    ['{ loanFunds: { eq: true } }', {}, /expected at most 1000 digits/],
    ['{ loanFunds: { eq: $amount } }', { amount: 1234567890123456 }, /expected a string/],
    ['{ signedAt: { eq: "2024-02-30T00:00:00Z" } }', {}, /expected a moment/],
    ['{ signedAt: { eq: "2024-02-03" } }', {}, /expected a moment/],
    ['{ loanFunds: { eq: null } }', {}, /filter.loanFunds.eq is null; expected/],
    ['{ loanFunds: { eq: $amount } }', { amount: null }, /filter.loanFunds.eq is null; expected/],
    ['{ loanFunds: null }', {}, /filter.loanFunds is null; expected/],
    ['{ or: [] }', {}, /empty/],
    ['{ loanFunds: { in: [] } }', {}, /empty/],
  ])('filter: %s with %j is refused in a sentence', async (filter, variables, sentence) => {
    expect(await rowsWhere(filter, variables)).toEqual([expect.stringMatching(sentence)]);
  });

  test('what cannot be used bears the code BAD_USER_INPUT', async () => {
    const { errors } = await ask(database.knex, '{ financing(first: 1001) { nodes { id } } }');
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('first is 1001'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('an enum takes no value of another mart', async () => {
    const { errors } = await ask(
      database.knex,
      '{ financingGroups(by: [ITEM_NO]) { nodes { rows } } }',
    );
    expect(errors?.[0]?.message).toContain('FinancingDimension');
  });
});
