import { readScope } from '../../../src/api/access/rowScope';
import { ask } from '../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { givenPublication, givenRows } from '../../support/databases/gold';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenPublication(database.knex);
  await database.knex('silver.companies').insert([{ company_id: 9 }, { company_id: 10 }]);
  await givenRows(database.knex, 'gold.financing', [
    { report_id: 1, company_id: 9, loan_funds: 5 },
    { report_id: 2, company_id: 10, loan_funds: 7 },
  ]);
});
afterAll(() => database.drop());

const within = (scope: string) => ({ scope: readScope(scope) });

test('a mart outside of the scope is FORBIDDEN by name, wherever it is asked for', async () => {
  const asker = within('marts=exports,financing');
  const sentence = (mart: string) => `The mart ${mart} is outside of the scope of this credential.`;
  for (const [query, mart] of [
    ['{ employees { totalCount } }', 'employees'],
    ['{ employees { __typename } }', 'employees'],
    ['{ employeesGroups(by: []) { nodes { rows } } }', 'employees'],
    // Whether there is a row that leads there or not.
    [
      '{ companies(filter: {name: {eq: "?"}}) { nodes { employees { __typename } } } }',
      'employees',
    ],
    ['{ company(id: "404") { taxBenefits { totalCount } } }', 'taxBenefits'],
    [
      '{ companySearch(text: "?1") { nodes { company { reports { nodes { employees { id } } } } } } }',
      'employees',
    ],
    ['{ companies { nodes { taxBenefits { totalCount } } } }', 'taxBenefits'],
    ['{ companies(filter: {employees: {some: {}}}) { totalCount } }', 'employees'],
    ['{ companies(filter: {not: {taxBenefits: {none: {}}}}) { totalCount } }', 'taxBenefits'],
    ['{ participants(filter: {employees: {}}) { totalCount } }', 'employees'],
    [
      '{ companies { nodes { participations(filter: {employees: {none: {}}}) { totalCount } } } }',
      'employees',
    ],
  ] as const) {
    const { errors } = await ask(database.knex, query, asker);
    expect(errors?.[0]).toMatchObject({
      message: sentence(mart),
      extensions: { code: 'FORBIDDEN' },
    });
  }
  const { data, errors } = await ask(
    database.knex,
    '{ financing { totalCount } exports { totalCount } reports { totalCount } }',
    asker,
  );
  expect(errors).toBeUndefined();
  const skipped = '{ companies { nodes { employees @skip(if: true) { totalCount } companyId } } }';
  expect((await ask(database.knex, skipped, asker)).errors).toBeUndefined();
  expect(data).toEqual({
    financing: { totalCount: 2 },
    exports: { totalCount: 0 },
    reports: { totalCount: 0 },
  });
});

test('the catalogue and the quality tell of the marts of the scope alone', async () => {
  const { data } = await ask(
    database.knex,
    '{ catalogue { marts { name } entities { name } } dataQuality { marts { mart } } }',
    { ...within('marts=financing'), rights: ['marts:read', 'quality:read'] },
  );
  expect(data).toEqual({
    catalogue: {
      marts: [{ name: 'financing' }],
      entities: [{ name: 'companies' }, { name: 'participants' }, { name: 'reports' }],
    },
    dataQuality: { marts: [{ mart: 'financing' }] },
  });
});

test('captions are of the marts of the scope alone', async () => {
  const { data } = await ask(
    database.knex,
    '{ catalogue { labels(lang: EN) { name } } }',
    within('marts=financing'),
  );
  const { labels } = data?.['catalogue'] as { labels: { name: string }[] };
  const of = (mart: string) => labels.filter(({ name }) => name.split('.')[0] === mart).length;
  expect(of('financing')).toBeGreaterThan(10);
  expect(of('employees')).toBe(0);
});

test('changes of rows that are not seen are not told of', async () => {
  const { knex } = database;
  const changed = (table: string) => ({
    definition_hash: 'test',
    demonstration: false,
    full_rebuild: false,
    changed: JSON.stringify({ [table]: { inserted: 1, updated: 0, deleted: 0 } }),
  });
  await knex('refresh.data_versions').insert(changed('gold.financing'));
  await knex('refresh.data_versions').insert(changed('gold.exports'));
  const query = '{ dataVersion { id } catalogue { marts { name lastRefresh { dataVersionId } } } }';
  const lastOf = async (scope: string) => {
    const { data } = await ask(knex, query, within(scope));
    const told = data as {
      dataVersion: { id: string };
      catalogue: { marts: { name: string; lastRefresh: { dataVersionId: string } }[] };
    };
    const financing = told.catalogue.marts.find(({ name }) => name === 'financing');
    return Number(told.dataVersion.id) - Number(financing?.lastRefresh.dataVersionId);
  };
  expect(await lastOf('marts=financing')).toBe(1);
  expect(await lastOf('companies=9')).toBe(0);
});
