import { resolveCertificates } from '../../../src/api/query/columns/resolvedCertificates';
import { readGroups } from '../../../src/api/query/groups/groups';
import { readPage } from '../../../src/api/query/pages/page';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { seesAll } from './given/context';
import { mart } from './given/marts';
import { givenRows } from './given/rows';

const financing = mart('financing');

let database: TestDatabase;

const dates = (year: number) => ({
  certificate_issue_date: `${year}-01-01`,
  certificate_end_date: `${year}-12-31`,
});

beforeAll(async () => {
  database = await createTestDatabase();
  const { knex } = database;
  await givenRows(knex, 'gold.financing', [
    { certificate_number: 'own' },
    { certificate_number: 'own' },
    {},
    {},
    {},
    { certificate_number: 'own' },
  ]);
  await knex('silver.techpark_participants').insert([
    { service_request_id: 2, bp_status: 'registered', certificate_number: 'other', ...dates(2001) },
    {
      service_request_id: 3,
      bp_status: 'deactivated',
      certificate_number: 'participant',
      ...dates(2002),
    },
    { service_request_id: 4, bp_status: 'registered', certificate_number: null, ...dates(2003) },
  ]);
  await knex('silver.service_requests').insert([
    { service_request_id: 1, certificate_number: 'own', ...dates(2011) },
    { service_request_id: 3, certificate_number: 'request', ...dates(2012) },
    { service_request_id: 4, certificate_number: 'request', ...dates(2013) },
    { service_request_id: 5, certificate_number: null, ...dates(2014) },
  ]);
});

afterAll(() => database.drop());

const read = (request: object) =>
  readPage(
    database.knex,
    financing,
    request,
    { fields: ['certificateNumber', 'serviceRequestId'], totalCount: true },
    seesAll,
  );

test("the number is the report's, else the participant's, else the request's, and the register says the rest", async () => {
  const { rows } = await read({});
  const of = (number: string, source: string, year: number | null, conflicting = false) => ({
    number,
    source,
    issueDate: year === null ? null : `${year}-01-01`,
    endDate: year === null ? null : `${year}-12-31`,
    conflicting,
  });
  const claims = rows.map(({ certificateNumber, serviceRequestId }) => ({
    number: certificateNumber as string | null,
    serviceRequestId: serviceRequestId as number,
  }));
  expect(await resolveCertificates(database.knex, claims)).toEqual([
    of('own', 'REPORT', 2011),
    of('own', 'REPORT', 2001, true),
    of('participant', 'PARTICIPANT', 2002),
    of('request', 'SERVICE_REQUEST', 2003),
    null,
    of('own', 'REPORT', null),
  ]);
});

test.each<[string, object, number[]]>([
  ['its number', { number: { eq: 'own' } }, [1, 2, 6]],
  ['the complement of its number', { number: { ne: 'own' } }, [3, 4, 5]],
  ['having none', { number: { isNull: true } }, [5]],
  ['its source', { source: { in: ['PARTICIPANT', 'SERVICE_REQUEST'] } }, [3, 4]],
  ['the complement of its source', { source: { ne: 'REPORT' } }, [3, 4, 5]],
  ['its dates', { issueDate: { gte: '2002-01-01', lt: '2011-01-01' } }, [3, 4]],
  ['a conflict', { conflicting: { eq: true } }, [2]],
])('a filter sees %s', async (_, certificate, expected) => {
  const page = await read({ filter: { certificate } });
  expect(page.rows.map(({ reportId }) => reportId)).toEqual(expected);
  expect(page.totalCount).toBe(expected.length);
});

test('pages can be ordered by the number', async () => {
  const request = { orderBy: [{ field: 'CERTIFICATE', direction: 'DESC' }], first: 2 };
  const one = await read(request);
  expect(one.rows.map(({ reportId }) => reportId)).toEqual([4, 3]);
  const two = await read({ ...request, first: 4, after: one.cursorOf(one.rows[1] ?? {}) });
  expect(two.rows.map(({ reportId }) => reportId)).toEqual([1, 2, 6, 5]);
});

test("groups tell the resolved number from the report's own", async () => {
  const groups = async (by: string[]) => {
    const wants = { aggregates: {}, counts: ['rows' as const], totalCount: false };
    const page = await readGroups(database.knex, financing, { by }, wants, seesAll);
    return page.groups.map(({ key, rows }) => [...Object.values(key), rows]);
  };
  expect(await groups(['CERTIFICATE'])).toEqual([
    ['own', 3],
    ['participant', 1],
    ['request', 1],
    [null, 1],
  ]);
  expect(await groups(['CERTIFICATE_NUMBER'])).toEqual([
    ['own', 3],
    [null, 3],
  ]);
  expect(await groups(['CERTIFICATE_SOURCE'])).toEqual([
    ['PARTICIPANT', 1],
    ['REPORT', 3],
    ['SERVICE_REQUEST', 1],
    [null, 1],
  ]);
});
