import { ask, statementsOf } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPseudonym, givenPublication, givenRows } from '../../../support/databases/gold';

const BIN = '180140000012';
const PSEUDONYM = '777777900001';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { knex } = database;
  await givenPublication(knex);
  await givenPseudonym(knex, BIN, PSEUDONYM);
  await knex('silver.companies').insert([
    { company_id: 17, name: 'ТОО «Байт»', short_name: 'Байт', tin: BIN },
    { company_id: 18, name: 'ТОО «Бит»', short_name: null, tin: null },
  ]);
  await knex('silver.techpark_participants').insert([
    { service_request_id: 1, company_id: 17, bp_status: 'registered', company_tin: BIN },
    { service_request_id: 2, company_id: 17, bp_status: 'deactivated', company_tin: BIN },
    { service_request_id: 3, company_id: 18, bp_status: 'registered', company_tin: null },
  ]);
  await givenRows(knex, 'gold.financing', [
    { report_id: 1, company_id: 17, loan_funds: '100.50' },
    { report_id: 2, company_id: 17, loan_funds: null },
    { report_id: 3, company_id: 18, loan_funds: '7' },
    { report_id: 4, company_id: null },
    { report_id: 5, company_id: 99 },
  ]);
});
afterAll(() => database.drop());

const answered = async (query: string, asker: Parameters<typeof ask>[2] = {}) => {
  const { data, errors } = await ask(database.knex, query, asker);
  expect(errors).toBeUndefined();
  return data;
};

test('a company is found by its id, and by the BIN that the caller sees', async () => {
  const company = { id: '17', name: 'ТОО «Байт»', shortName: 'Байт' };
  const fields = '{ id name shortName bin binMasked }';
  expect(
    await answered(`{
      byId: company(id: "17") ${fields}
      byPseudonym: company(bin: "${PSEUDONYM}") ${fields}
      byHiddenBin: company(bin: "${BIN}") ${fields}
      unknown: company(id: "5") { id }
      noId: company(id: "Байт") { id }
    }`),
  ).toEqual({
    byId: { ...company, bin: PSEUDONYM, binMasked: true },
    byPseudonym: { ...company, bin: PSEUDONYM, binMasked: true },
    byHiddenBin: null,
    unknown: null,
    noId: null,
  });
});

test('who may look up companies finds one by its exact BIN, and still sees the pseudonym', async () => {
  const query = `{ company(bin: "${BIN}") { id bin binMasked } }`;
  expect(await answered(query, { rights: ['marts:read', 'bin:lookup'] })).toEqual({
    company: { id: '17', bin: PSEUDONYM, binMasked: true },
  });
  expect(await answered(query, { rights: ['marts:read', 'bin:read'] })).toEqual({
    company: { id: '17', bin: BIN, binMasked: false },
  });
});

test.each(['', '(id: "17", bin: "180140000012")', '(bin: "18014")'])(
  'company%s is refused in a sentence',
  async (given) => {
    const { errors } = await ask(database.knex, `{ company${given} { id } }`);
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
    expect(errors?.[0]?.message).toMatch(/expected/);
  },
);

test('a company leads to its participations and to its rows in each mart, page by page', async () => {
  const first = await answered(`{ company(id: "17") {
    participations { totalCount nodes { id status bin company { id } } }
    financing(first: 1) { totalCount nodes { id loanFunds } pageInfo { hasNextPage endCursor } }
  } }`);
  expect(first).toEqual({
    company: {
      participations: {
        totalCount: 2,
        nodes: [
          { id: 'Participant:1', status: 'REGISTERED', bin: PSEUDONYM, company: { id: '17' } },
          { id: 'Participant:2', status: 'DEACTIVATED', bin: PSEUDONYM, company: { id: '17' } },
        ],
      },
      financing: {
        totalCount: 2,
        nodes: [{ id: 'Financing:1', loanFunds: '100.50' }],
        pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
      },
    },
  });
  const { company } = first as { company: { financing: { pageInfo: { endCursor: string } } } };
  const after = company.financing.pageInfo.endCursor;
  expect(
    await answered(
      `{ company(id: "17") { financing(first: 1, after: "${after}") { nodes { id loanFunds } } } }`,
    ),
  ).toEqual({ company: { financing: { nodes: [{ id: 'Financing:2', loanFunds: null }] } } });
});

test('rows lead to their companies by one statement', async () => {
  let answer: unknown;
  const statements = await statementsOf(database.knex, async () => {
    answer = await answered('{ financing { nodes { reportId company { name } } } }');
  });
  expect(statements).toHaveLength(2);
  expect(answer).toEqual({
    financing: {
      nodes: [
        { reportId: 1, company: { name: 'ТОО «Байт»' } },
        { reportId: 2, company: { name: 'ТОО «Байт»' } },
        { reportId: 3, company: { name: 'ТОО «Бит»' } },
        { reportId: 4, company: null },
        { reportId: 5, company: null },
      ],
    },
  });
});

test('companies and participants are filtered and ordered like the rows of a mart', async () => {
  expect(
    await answered(`{
      companies(filter: { name: { contains: "байт" } }) { nodes { id } totalCount }
      participants(
        filter: { status: { eq: REGISTERED } }
        orderBy: [{ field: BIN, direction: DESC, nulls: FIRST }]
      ) { nodes { serviceRequestId } }
    }`),
  ).toEqual({
    companies: { nodes: [{ id: '17' }], totalCount: 1 },
    participants: { nodes: [{ serviceRequestId: 3 }, { serviceRequestId: 1 }] },
  });
});
