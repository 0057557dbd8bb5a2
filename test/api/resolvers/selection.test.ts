import { ask, statementsOf } from '../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { givenPublication, givenRows } from '../../support/databases/gold';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenPublication(database.knex);
  await givenRows(database.knex, 'gold.tax_benefits', [
    { report_id: 1, kpn: '1.10', nds: '2.20', company_name: 'А' },
    { report_id: 2, kpn: '3.30', nds: null, company_name: 'Б' },
  ]);
});
afterAll(() => database.drop());

test('only the selected columns are read, through fragments, aliases, the interface and edges', async () => {
  let answer: unknown;
  const [statement, ...others] = await statementsOf(database.knex, async () => {
    answer = await ask(
      database.knex,
      `query ($yes: Boolean = true, $no: Boolean = false) {
        taxBenefits {
          nodes { ...Saved ... on ReportRow { name: companyName } __typename }
          edges { node { nds @include(if: $yes) ipn @skip(if: $yes) sn @include(if: $no) } }
        }
      }
      fragment Saved on TaxBenefits { kpn }`,
    );
  });
  expect(others).toEqual([]);
  expect(statement).toMatch(/"kpn".*"nds"|"nds".*"kpn"/s);
  expect(statement).toContain('company_name');
  expect(statement).not.toMatch(/"ipn"|"sn"|signed_at|certificate_number|bin/);
  expect(answer).toEqual({
    data: {
      taxBenefits: {
        nodes: [
          { kpn: '1.10', name: 'А', __typename: 'TaxBenefits' },
          { kpn: '3.30', name: 'Б', __typename: 'TaxBenefits' },
        ],
        edges: [{ node: { nds: '2.20' } }, { node: { nds: null } }],
      },
    },
  });
});

test('rows are counted only when the count is asked for', async () => {
  const counted = await statementsOf(database.knex, () =>
    ask(database.knex, '{ taxBenefits(first: 1) { totalCount nodes { id } } }'),
  );
  expect(counted).toHaveLength(2);
  const uncounted = await statementsOf(database.knex, () =>
    ask(database.knex, '{ taxBenefits(first: 1) { nodes { id } } }'),
  );
  expect(uncounted).toHaveLength(1);
});

test('an aggregate of which nothing is asked for is there all the same', async () => {
  const { data, errors } = await ask(
    database.knex,
    '{ taxBenefitsGroups(by: []) { nodes { total { __typename } count { kpn } key { __typename } } totalCount } }',
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    taxBenefitsGroups: {
      nodes: [
        {
          total: { __typename: 'TaxBenefitsAggregate' },
          count: { kpn: 2 },
          key: { __typename: 'TaxBenefitsGroupKey' },
        },
      ],
      totalCount: 1,
    },
  });
});
