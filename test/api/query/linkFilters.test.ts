import { readPage } from '../../../src/api/query/pages/page';
import type { QueryContext } from '../../../src/api/query/columns/context';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { seesAll, seesPseudonyms } from './given/context';
import { entity } from './given/marts';
import { givenRows } from './given/rows';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database
    .knex('silver.companies')
    .insert(
      ['Both', 'Gone', 'New', 'Never'].map((name, index) => ({ company_id: index + 1, name })),
    );
  await givenRows(database.knex, 'gold.general_indicators', [
    { company_id: 1, year: 2024 },
    { company_id: 1, year: 2025 },
    { company_id: 2, year: 2024, bin: '000000000101', bin_pseudonym: '777777000007' },
    { company_id: 3, year: 2025 },
    // Of a request that names no company: it is linked to none, and says nothing of any.
    { company_id: null, year: 2025 },
  ]);
  await givenRows(database.knex, 'gold.financing', [
    { company_id: 1, loan_funds: '100' },
    { company_id: 2, loan_funds: '5' },
  ]);
});

afterAll(() => database.drop());

async function companies(filter: object, context: QueryContext = seesAll): Promise<unknown[]> {
  const wants = { fields: ['name'], totalCount: true };
  const page = await readPage(database.knex, entity('companies'), { filter }, wants, context);
  expect(page.totalCount).toBe(page.rows.length);
  return page.rows.map(({ name }) => name);
}

const of = (year: number) => ({ year: { eq: year } });

test('companies are found that reported in one year and not in another', async () => {
  expect(await companies({ reports: { some: of(2024), none: of(2025) } })).toEqual(['Gone']);
  expect(await companies({ reports: { some: of(2024) } })).toEqual(['Both', 'Gone']);
});

test('none matches companies without any such row, and is the complement of some', async () => {
  expect(await companies({ reports: { none: {} } })).toEqual(['Never']);
  expect(await companies({ reports: { none: of(2024) } })).toEqual(['New', 'Never']);
  expect(await companies({ not: { reports: { some: of(2024) } } })).toEqual(['New', 'Never']);
  expect(await companies({ not: { reports: { none: of(2024) } } })).toEqual(['Both', 'Gone']);
});

test('rows of several marts are joined by or', async () => {
  const rich = { financing: { some: { loanFunds: { gt: '50' } } } };
  const recent = { reports: { some: of(2025) } };
  expect(await companies({ or: [rich, recent] })).toEqual(['Both', 'New']);
  expect(await companies({ and: [rich, recent] })).toEqual(['Both']);
});

test('a BIN of a linked row is what the caller sees', async () => {
  const by = (bin: string) => ({ reports: { some: { bin: { eq: bin } } } });
  expect(await companies(by('000000000101'))).toEqual(['Gone']);
  expect(await companies(by('000000000101'), seesPseudonyms)).toEqual([]);
  expect(await companies(by('777777000007'), seesPseudonyms)).toEqual(['Gone']);
});

test.each([
  [{ reports: { all: {} } }, 'filter.reports.all is unknown; expected some or none.'],
  [{ reports: null }, 'filter.reports is null; expected an object.'],
  [
    { reports: { some: { year: { gt: null } } } },
    'filter.reports.some.year.gt is null; expected a whole number from -2147483648 to 2147483647.',
  ],
  [
    { reports: { some: { loans: {} } } },
    'filter.reports.some.loans is not a field that Report has.',
  ],
])('%j is refused with a sentence', async (filter, sentence) => {
  await expect(companies(filter)).rejects.toThrow(sentence);
});
