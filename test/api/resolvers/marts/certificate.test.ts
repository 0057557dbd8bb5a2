import { ask, statementsOf } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenPublication(database.knex);
});
afterAll(() => database.drop());

const QUESTION = `{ exports(orderBy: [{ field: REPORT_ID }]) {
  nodes { certificate { number source issueDate endDate conflicting } }
} }`;

test('the number of a row is the first of the report, the participant and the service request', async () => {
  const { knex } = database;
  await knex('silver.techpark_participants').insert([
    participant(101, 'P-101', '2020-01-01'),
    participant(102, 'P-102', '2020-01-02'),
    participant(103, null, '2020-01-03'),
  ]);
  await knex('silver.service_requests').insert([
    request(101, 'X-101', '2019-01-01'),
    request(103, 'S-103', '2019-01-03'),
    request(104, 'S-104', '2019-01-04'),
    request(105, 'S-105', '2019-01-05'),
    request(106, null, null),
  ]);
  await givenRows(knex, 'gold.exports', [
    { report_id: 1001, service_request_id: 101, certificate_number: 'P-101' },
    { report_id: 1002, service_request_id: 102 },
    { report_id: 1003, service_request_id: 103 },
    { report_id: 1004, service_request_id: 104 },
    { report_id: 1005, service_request_id: 105, certificate_number: 'R-105' },
    { report_id: 1006, service_request_id: 106 },
    { report_id: 1007, service_request_id: 107, certificate_number: 'R-107' },
    { report_id: 1008, service_request_id: 108 },
    { report_id: 1009, service_request_id: 106, certificate_number: 'R-106' },
  ]);

  const { data, errors } = await ask(knex, QUESTION);

  expect(errors).toBeUndefined();
  expect(certificatesOf(data)).toEqual([
    found('P-101', 'REPORT', '2020-01-01', '2030-01-01', false),
    found('P-102', 'PARTICIPANT', '2020-01-02', '2030-01-01', false),
    found('S-103', 'SERVICE_REQUEST', '2020-01-03', '2030-01-01', false),
    found('S-104', 'SERVICE_REQUEST', '2019-01-04', '2029-01-01', false),
    found('R-105', 'REPORT', '2019-01-05', '2029-01-01', true),
    null,
    found('R-107', 'REPORT', null, null, false),
    null,
    found('R-106', 'REPORT', null, null, false),
  ]);
});

test('the resolved certificate is the same shown, filtered by and grouped by', async () => {
  const { knex } = database;
  const { data } = await ask(knex, QUESTION);
  const shown = certificatesOf(data) as ({ number: string; source: string } | null)[];
  for (const certificate of shown) {
    const condition = certificate
      ? `{ eq: ${JSON.stringify(certificate.number)} }`
      : '{ isNull: true }';
    const answer = await ask(
      knex,
      `{ exports(filter: { certificate: { number: ${condition} } }) {
        totalCount
        nodes { certificate { number source issueDate endDate conflicting } }
      } }`,
    );
    expect(new Set(certificatesOf(answer.data).map((found) => JSON.stringify(found)))).toEqual(
      new Set([JSON.stringify(certificate)]),
    );
  }
  const grouped = await ask(
    knex,
    '{ exportsGroups(by: [CERTIFICATE, CERTIFICATE_SOURCE]) { nodes { key { certificate certificateSource } rows } } }',
  );
  expect(grouped.errors).toBeUndefined();
  const groups = grouped.data?.['exportsGroups'] as {
    nodes: { key: { certificate: string | null; certificateSource: string | null } }[];
  };
  const keys = groups.nodes.map(({ key }) => `${key.certificate} ${key.certificateSource}`).sort();
  const expected = shown.map((found) => `${found?.number ?? null} ${found?.source ?? null}`);
  expect(keys).toEqual([...new Set(expected)].sort());
});

test.each([100, 1000])(
  'certificates of a page of %i rows, twice in one request, take one statement',
  async (size) => {
    const { knex } = database;
    await givenRows(
      knex,
      'gold.employees',
      Array.from({ length: size }, (_, index) => ({ service_request_id: 5000 + index })),
    );
    const page = `(first: ${size}) { nodes { certificate { number } } }`;
    const statements = await statementsOf(knex, () =>
      ask(
        knex,
        `{ a: employees${page} b: employees${page} exports { nodes { certificate { number } } } }`,
      ),
    );
    expect(statements.filter((sql) => sql.includes('techpark_participants'))).toHaveLength(1);
    expect(statements).toHaveLength(4);
  },
);

test('where no certificate is asked for, the register is not read', async () => {
  const statements = await statementsOf(database.knex, () =>
    ask(
      database.knex,
      'query ($no: Boolean = false) { exports { nodes { year certificate @include(if: $no) { number } } } }',
    ),
  );
  expect(statements).toHaveLength(1);
  expect(statements[0]).not.toContain('certificate_number');
});

function participant(id: number, number: string | null, issued: string) {
  return {
    service_request_id: id,
    bp_status: 'registered',
    certificate_number: number,
    certificate_issue_date: issued,
    certificate_end_date: '2030-01-01',
  };
}

function request(id: number, number: string | null, issued: string | null) {
  return {
    service_request_id: id,
    certificate_number: number,
    certificate_issue_date: issued,
    certificate_end_date: issued && '2029-01-01',
  };
}

function found(
  number: string,
  source: string,
  issueDate: string | null,
  endDate: string | null,
  conflicting: boolean,
) {
  return { number, source, issueDate, endDate, conflicting };
}

function certificatesOf(data: unknown): unknown[] {
  const { exports } = data as { exports: { nodes: { certificate: unknown }[] } };
  return exports.nodes.map(({ certificate }) => certificate);
}
