import type { Knex } from 'knex';
import { ask, model, statementsOf, type Asker } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';

const COMPANIES = 100;
const YEARS = [2023, 2024];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { knex } = database;
  await givenPublication(knex);
  await givenRegister(knex);
  for (const mart of model.marts) {
    const reports = participations().flatMap(({ company_id, service_request_id }) =>
      YEARS.map((year) => ({
        report_id: service_request_id * 10 + (year % 10),
        service_request_id,
        company_id,
        year,
        report_type: 'yearly',
        certificate_number: null,
      })),
    );
    const ofItems = mart.reportTable !== mart.table;
    const rows = ofItems
      ? reports.flatMap((report) => [1, 2].map((item_no) => ({ ...report, item_no })))
      : reports;
    await givenRows(knex, mart.table, rows);
  }
});
afterAll(() => database.drop());

/** Two to a company: the first takes part, the second did once. */
const participations = () =>
  Array.from({ length: 2 * COMPANIES }, (_, index) => ({
    company_id: Math.floor(index / 2) + 1,
    service_request_id: index + 1,
  }));

async function givenRegister(knex: Knex) {
  await knex('silver.companies').insert(
    Array.from({ length: COMPANIES }, (_, index) => ({
      company_id: index + 1,
      name: `ТОО «${String(index + 1)}»`,
    })),
  );
  await knex('silver.techpark_participants').insert(
    participations().map((participation, index) => ({
      ...participation,
      bp_status: index % 2 === 0 ? 'registered' : 'deactivated',
      certificate_number: `C${String(index + 1)}`,
    })),
  );
}

async function answered(query: string, asker: Asker = {}) {
  let data: Record<string, unknown> | null | undefined;
  const statements = await statementsOf(database.knex, async () => {
    const answer = await ask(database.knex, query, asker);
    expect(answer.errors).toBeUndefined();
    data = answer.data;
  });
  return { data, statements };
}

test('100 companies, their reports and the certificates of these take one statement a level and source', async () => {
  const { data, statements } = await answered(`{
    companies(first: 100) {
      nodes { id reports { totalCount nodes { id certificate { number source } } } }
    }
  }`);
  // Companies; reports; participants and service requests for the certificates.
  expect(statements.length).toBeLessThanOrEqual(4);
  const { nodes } = data?.['companies'] as { nodes: unknown[] };
  expect(nodes).toHaveLength(100);
  expect(nodes[7]).toEqual({
    id: '8',
    reports: {
      totalCount: 4,
      nodes: [
        { id: 'Report:153', certificate: { number: 'C15', source: 'PARTICIPANT' } },
        { id: 'Report:154', certificate: { number: 'C15', source: 'PARTICIPANT' } },
        { id: 'Report:163', certificate: { number: 'C16', source: 'PARTICIPANT' } },
        { id: 'Report:164', certificate: { number: 'C16', source: 'PARTICIPANT' } },
      ],
    },
  });
});

test('company, participations, reports and the rows in every mart, and back, take one statement a field', async () => {
  const rows = model.marts.map(({ rootField, table, reportTable }) =>
    table === reportTable
      ? `${rootField} { id report { id } }`
      : `${rootField}(first: 1) { nodes { id report { id } } pageInfo { hasNextPage } }`,
  );
  const { data, statements } = await answered(`{
    companies(first: 50, orderBy: [{ field: COMPANY_ID, direction: DESC }]) { nodes {
      id
      participations { nodes {
        serviceRequestId certificateNumber status deactivationDate
        company { id }
        reports(filter: { year: { eq: 2024 } }) { nodes {
          id company { id } participation { serviceRequestId } ${rows.join(' ')}
        } }
      } }
    } }
  }`);
  // Companies, participations, reports, each mart; on the way back companies, participations, reports.
  expect(statements).toHaveLength(3 + model.marts.length + 3);
  const company = { id: '100' };
  const report = { id: 'Report:1994' };
  const marts = model.marts.map(({ name, rootField, table, reportTable }) => [
    rootField,
    table === reportTable
      ? { id: `${name}:1994`, report }
      : { nodes: [{ id: `${name}:1994:1`, report }], pageInfo: { hasNextPage: true } },
  ]);
  const { nodes } = data?.['companies'] as { nodes: { participations: { nodes: unknown[] } }[] };
  expect(nodes).toHaveLength(50);
  expect(nodes[0]?.participations.nodes[0]).toEqual({
    serviceRequestId: 199,
    certificateNumber: 'C199',
    status: 'REGISTERED',
    deactivationDate: null,
    company,
    reports: {
      nodes: [
        {
          ...report,
          company,
          participation: { serviceRequestId: 199 },
          ...Object.fromEntries(marts),
        },
      ],
    },
  });
});

test('a page below each parent goes on where that parent ended', async () => {
  const page = async (after: string | null) => {
    const { data } = await answered(
      `query ($after: String) { companies(first: 2) { nodes {
        reports(first: 3, after: $after) { nodes { reportId } pageInfo { hasNextPage hasPreviousPage endCursor } }
      } } }`,
      { variables: { after } },
    );
    const { nodes } = data?.['companies'] as {
      nodes: { reports: { nodes: { reportId: number }[]; pageInfo: { endCursor: string } } }[];
    };
    return nodes.map(({ reports }) => reports);
  };
  const [one] = await page(null);
  expect(one).toMatchObject({
    nodes: [{ reportId: 13 }, { reportId: 14 }, { reportId: 23 }],
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
  });
  const next = await page(one?.pageInfo.endCursor ?? null);
  expect(next).toMatchObject([
    { nodes: [{ reportId: 24 }], pageInfo: { hasNextPage: false, hasPreviousPage: true } },
    // All of the second company's rows come after the cursor.
    { nodes: [{ reportId: 33 }, { reportId: 34 }, { reportId: 43 }] },
  ]);
});

test('an answer of too many values is refused before they are all read', async () => {
  const deep = (levels: number): string =>
    levels === 0 ? 'id' : `financing(first: 1000) { nodes { company { ${deep(levels - 1)} } } }`;
  const query = `{ companies(first: 1000) { nodes { ${deep(3)} } } }`;
  const { errors } = await ask(database.knex, query, { maxValues: 5_000 });
  expect(errors?.[0]).toMatchObject({
    message:
      'The answer would hold more than 5000 values; expected shorter pages (first), fewer fields or fewer levels.',
    extensions: { code: 'BAD_USER_INPUT' },
  });
  // What was read for 100 companies once stands in the answer once for each way that leads there.
  const again = await ask(database.knex, query, { maxValues: 100_000 });
  expect(again.errors).toBeUndefined();
});
