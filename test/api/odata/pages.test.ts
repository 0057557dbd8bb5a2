import { givenRows } from '../../support/databases/gold';
import { publishVersion } from '../server/support';
import { givenReports, OdataService } from './served';

const MANY = 2_503;
let service: OdataService;

beforeAll(async () => {
  service = await OdataService.start();
  await givenReports(service.database);
  await givenRows(
    service.database.knex,
    'gold.employees',
    Array.from({ length: MANY }, (_, index) => ({
      report_id: 1_000 + index,
      service_request_id: index,
      year: 2020 + (index % 5),
      residents_count: index % 7 === 0 ? null : index % 50,
      company_name: index % 11 === 0 ? null : `ТОО ${String(index % 100)}`,
    })),
  );
});
afterAll(() => service.stop());

const idsOf = (rows: readonly Record<string, unknown>[]) => rows.map(({ reportId }) => reportId);

test.each([
  ['employees?$select=reportId', 3],
  ['employees?$select=reportId&$orderby=residentsCount desc', 3],
  ['employees?$select=reportId&$orderby=companyName,residentsCount desc', 3],
  ['employees?$select=reportId&$filter=companyName ne null and year in (2020, 2021)', 1],
])('all pages of %s together have each row once', async (path, pages) => {
  const { rows, pages: read } = await service.allRows(path);
  const { body } = await service.get(`${path}&$count=true&$top=0`);
  expect(read).toBe(pages);
  expect(new Set(idsOf(rows)).size).toBe(rows.length);
  expect(rows).toHaveLength(body['@odata.count'] ?? -1);
});

test('pages are as long as the caller prefers, and the list ends where $top says', async () => {
  const prefer = { prefer: 'odata.maxpagesize=400' };
  const { headers } = await service.get('employees', prefer);
  expect(headers.get('preference-applied')).toBe('odata.maxpagesize=400');
  const { rows, pages } = await service.allRows(
    'employees?$select=reportId&$orderby=reportId&$top=1001&$skip=2&$count=true',
    prefer,
  );
  expect([rows.length, pages]).toEqual([1_001, 3]);
  expect([rows[0]?.['reportId'], rows.at(-1)?.['reportId']]).toEqual([1_002, 2_002]);
});

test('rows that are written anew between pages of one version still stand once each', async () => {
  const path = 'employees?$select=reportId&$orderby=residentsCount';
  const first = await service.get(path);
  const { knex } = service.database;
  await knex.raw(
    'update gold.employees set residents_count = residents_count + 0 where year = 2021',
  );
  const rest = await service.allRows(first.body['@odata.nextLink'] ?? '');
  const ids = idsOf([...(first.body.value ?? []), ...rest.rows]);
  expect([ids.length, new Set(ids).size]).toEqual([MANY, MANY]);
});

test('a link is good for its own question alone, and a changed one for none', async () => {
  const { body } = await service.get('employees?$filter=year ge 2020&$select=reportId');
  const next = body['@odata.nextLink'] ?? '';
  const token = new URL(next).searchParams.get('$skiptoken') ?? '';
  expect(await service.refusal(`employees?$filter=year ge 2021&$skiptoken=${token}`)).toEqual({
    status: 400,
    message: '$skiptoken is of another address; expected @odata.nextLink as it was given.',
  });
  const forged = `${token.slice(0, 10)}${token[10] === 'A' ? 'B' : 'A'}${token.slice(11)}`;
  for (const given of [forged, token.slice(0, -1), 'x', '']) {
    expect(await service.refusal(`employees?$filter=year ge 2020&$skiptoken=${given}`)).toEqual({
      status: 400,
      message: '$skiptoken is none of this service; expected @odata.nextLink as it was given.',
    });
  }
});

test('a list whose data version is gone ends with 410, and never goes on with other data', async () => {
  const { body } = await service.get('employees?$orderby=year');
  await publishVersion(service.database);
  const { status, body: refused } = await service.get(body['@odata.nextLink'] ?? '');
  expect(status).toBe(410);
  expect(refused.error).toEqual({
    code: 'GONE',
    message:
      'Newer data was published since this list was begun, and a list is of one data version; expected the list to be read again from its first page.',
    target: '$skiptoken',
  });
});
