import { post } from '../server/support';
import { givenReports, OdataService } from './served';

let service: OdataService;

beforeAll(async () => {
  service = await OdataService.start();
  await givenReports(service.database);
});
afterAll(() => service.stop());

test('totals by year are those of GraphQL, and no sums of rows', async () => {
  const { body } = await service.get(
    'financing?$apply=groupby((year),aggregate(loanFunds with total as loans,$count as reports))&$orderby=year desc',
  );
  expect(body['@odata.context']).toBe(`${service.root}$metadata#financing(year,loans,reports)`);
  const { body: asked } = await post(
    service.served,
    '{ financingGroups(by: [YEAR], orderBy: {key: YEAR, direction: DESC}) { nodes { key { year } total { loanFunds } rows } } }',
  );
  const groups = asked.data?.['financingGroups'] as {
    nodes: { key: { year: number }; total: { loanFunds: string } }[];
  };
  const loans = groups.nodes.map(({ total }) => total.loanFunds);
  expect(loans).toHaveLength(2);
  const { text } = await service.get(
    'financing?$apply=groupby((year),aggregate(loanFunds with Techorda.total as loans))&$orderby=year desc',
    { accept: 'application/json;odata.metadata=none;IEEE754Compatible=true' },
  );
  expect(JSON.parse(text)).toEqual({
    value: groups.nodes.map(({ key }, index) => ({ year: key.year, loans: loans[index] })),
  });
});

test('rows are filtered before they are added up, and groups put in order by what they come to', async () => {
  const rows = await service.rows(
    'financing?$apply=filter(year eq 2024)/groupby((reportType),aggregate(loanFunds with sum as loans))&$orderby=loans&$top=1',
  );
  expect(rows).toEqual([{ reportType: 'YEARLY', 'loans@odata.type': '#Decimal', loans: -1250.5 }]);
});

test('all rows together are one group, and values of a property alone are groups too', async () => {
  const { body } = await service.get('financing?$apply=aggregate($count as reports)');
  expect(body.value).toEqual([{ 'reports@odata.type': '#Int64', reports: 4 }]);
  const { body: years } = await service.get('financing?$apply=groupby((year))&$count=true');
  expect(years['@odata.count']).toBe(2);
  expect(years.value).toEqual([{ year: 2020 }, { year: 2024 }]);
});

test('groups go on page by page', async () => {
  const { rows, pages } = await service.allRows(
    'financing?$apply=groupby((reportId),aggregate(loanFunds with max as most))&$orderby=reportId desc',
    { prefer: 'odata.maxpagesize=3' },
  );
  expect(rows.map(({ reportId }) => reportId)).toEqual([4, 3, 2, 1]);
  expect(pages).toBe(2);
});

test.each([
  [
    'companies?$apply=aggregate($count as n)',
    501,
    'The rows of companies are not added up; expected $apply of a mart.',
  ],
  [
    'financing?$apply=aggregate(year with total as x)',
    501,
    '$apply adds up year, which is no measure; expected one of',
  ],
  [
    'financing?$apply=aggregate(loanFunds with median as x)',
    501,
    '$apply adds up with "median"; expected one of total, sum, min, max, average.',
  ],
  [
    'financing?$apply=aggregate(loanFunds as x)',
    400,
    'expected with and a method, such as with total.',
  ],
  [
    'financing?$apply=groupby((activityFields))',
    400,
    '$apply has "activityFields", which financing does not have',
  ],
  [
    'generalIndicators?$apply=groupby((activityFields))',
    501,
    '$apply groups by activityFields, by which rows of generalIndicators are not grouped.',
  ],
  [
    'financing?$apply=groupby((year))/filter(year eq 1)',
    501,
    '$apply goes on after groupby or aggregate',
  ],
  [
    'financing?$apply=topcount(1,year)',
    501,
    '$apply has "topcount"; expected filter, groupby or aggregate.',
  ],
  [
    'financing?$apply=groupby((year))&$filter=year eq 2020',
    501,
    '$filter stands beside $apply; expected filter(…) within $apply.',
  ],
  [
    'financing?$apply=groupby((year))&$orderby=loanFunds',
    400,
    '$orderby has "loanFunds"; expected one of year.',
  ],
])('%s is refused by %i and a sentence', async (path, status, sentence) => {
  const refusal = await service.refusal(path);
  expect(refusal.status).toBe(status);
  expect(refusal.message).toContain(sentence);
});
