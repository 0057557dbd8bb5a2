import { BIN, givenReports, OdataService, PSEUDONYM } from './served';

let service: OdataService;

beforeAll(async () => {
  service = await OdataService.start();
  await givenReports(service.database);
});
afterAll(() => service.stop());

const ids = async (path: string) => (await service.rows(path)).map(({ reportId }) => reportId);
const filtered = (filter: string) =>
  ids(`financing?$select=reportId&$orderby=reportId&$filter=${filter}`);

test('a page says where its properties are described, and has decimals to the last digit, moments with their zone and pseudonyms', async () => {
  const { text, headers } = await service.get(
    'financing?$select=reportId,reportType,bin,binMasked,loanFunds,signedAt,certificate,certificateSource&$orderby=reportId&$top=2',
  );
  expect(text).toBe(
    `{"@odata.context":"${service.root}$metadata#financing(reportId,reportType,bin,binMasked,signedAt,loanFunds,certificate,certificateSource)","value":[` +
      `{"reportId":1,"reportType":"QUARTER1","bin":"${PSEUDONYM}","binMasked":true,"signedAt":"2024-04-05T09:30:00.500000Z","loanFunds":123456789012345678.91,"certificate":null,"certificateSource":null},` +
      `{"reportId":2,"reportType":"QUARTER1","bin":"${BIN}","binMasked":false,"signedAt":null,"loanFunds":null,"certificate":"1042","certificateSource":"REPORT"}]}\n`,
  );
  expect(headers.get('content-type')).toBe('application/json;odata.metadata=minimal;charset=utf-8');
  expect(headers.get('odata-version')).toBe('4.0');
  expect(headers.get('x-data-version')).toBe('1');
});

test('with IEEE754Compatible decimals are texts', async () => {
  const { text, headers } = await service.get('financing(1)?$select=loanFunds', {
    accept: 'application/json;odata.metadata=minimal;IEEE754Compatible=true',
  });
  expect(text).toContain('"loanFunds":"123456789012345678.91"');
  expect(headers.get('content-type')).toContain(';IEEE754Compatible=true');
});

test.each([
  ['year eq 2020', [2]],
  ['2020 lt year', [1, 3, 4]],
  ['year in (2020, 2021)', [2]],
  ['loanFunds eq 123456789012345678.91', [1]],
  ['loanFunds lt 123456789012345678.92 and loanFunds gt 123456789012345678.9', [1]],
  ['loanFunds eq -1.2505e3', [3]],
  ['loanFunds eq null', [2]],
  ['loanFunds ne null', [1, 3, 4]],
  ['loanFunds in (0.00, null)', [2, 4]],
  ['superseded', [4]],
  ['not superseded and year eq 2024', [1, 3]],
  ["reportType eq 'YEARLY'", [3]],
  ["reportType ge 'QUARTER4'", [3]],
  ["contains(companyName,'Байт')", [1, 2]],
  ["contains(companyName,'байт')", []],
  ["contains(tolower(companyName),'байт')", [1, 2]],
  ["contains(companyName,'Байт') eq false", [3, 4]],
  ["not(contains(companyName,'Байт'))", [3, 4]],
  ["startswith(companyName,'O''Дала')", [3]],
  ["endswith(companyName,'%2BКо')", [3]],
  ["endswith(companyName,'»')", [1, 2]],
  ["toupper(companyName) eq toupper('тоо «байт»')", [1, 2]],
  ['signedAt ge 2024-04-05T09:30:00.5Z', [1, 3]],
  ['signedAt ge 2024-04-05T14:30:00.5%2B05:00', [1, 3]],
  ['signedAt ge 2024-04-05T14:30:00.5+05:00', [1, 3]],
  ['signedAt gt 2024-04-05T09:30:00.5000000Z', [3]],
  ['signedAt lt 2024-04-05T09:31', [1]],
  ['signedAt lt 2025-01-01', [1]],
  ['year(signedAt) eq 2025', [3]],
  ['month(signedAt) eq 4 and day(signedAt) eq 5', [1]],
  ['date(signedAt) eq 2025-01-31', [3]],
  ["(year eq 2020 or reportId eq 3) and not (companyName eq 'x')", [2, 3]],
  [`bin eq '${BIN}'`, [2]],
  [`bin eq '${PSEUDONYM}'`, [1]],
  [`startswith(bin,'1801')`, [2]],
  ["certificate eq '1042' and certificateSource eq 'REPORT'", [2]],
  ['true', [1, 2, 3, 4]],
  ['false', []],
])('$filter=%s', async (filter, expected) => {
  expect(await filtered(filter.replaceAll("'Байт'", encodeURIComponent("'Байт'")))).toEqual(
    expected,
  );
});

test.each([
  ["activityFields/any(a:a eq 'IT')", [1]],
  ["activityFields/any(a:a in ('IT','x'))", [1]],
  ['activityFields/any()', [1]],
  ['not activityFields/any()', [2, 3]],
])('of a list: $filter=%s', async (filter, expected) => {
  const path = `generalIndicators?$select=reportId&$orderby=reportId&$filter=${filter}`;
  expect(await ids(path)).toEqual(expected);
});

test('null is less than every value in $orderby, and masked BINs stand in the order of what is seen', async () => {
  expect(await ids('financing?$orderby=loanFunds')).toEqual([2, 3, 4, 1]);
  expect(await ids('financing?$orderby=loanFunds desc,reportId')).toEqual([1, 4, 3, 2]);
  expect(await ids('financing?$filter=bin ne null&$orderby=bin desc')).toEqual([3, 1, 2]);
});

test('a row is found by its key, and a row that is not there is 404', async () => {
  expect((await service.get('financing(3)?$select=companyName')).body).toEqual({
    '@odata.context': `${service.root}$metadata#financing(companyName)/$entity`,
    companyName: "O'Дала+Ко",
  });
  expect((await service.get('companies(companyId=17)?$select=name')).body['name']).toBe(
    'ТОО «Байт»',
  );
  expect(await service.refusal('financing(99)')).toEqual({
    status: 404,
    message: 'There is no row of financing with reportId 99.',
  });
});

test('a set is counted, with $count beside its rows or alone as a text', async () => {
  const { headers, text } = await service.get('financing/$count?$filter=year eq 2024');
  expect([text, headers.get('content-type')]).toEqual(['3', 'text/plain;charset=utf-8']);
  const { body } = await service.get('financing?$count=true&$top=1');
  expect([body['@odata.count'], body.value?.length]).toEqual([4, 1]);
});

test('$top, $skip and $top=0 take rows from the order', async () => {
  expect(await ids('financing?$orderby=reportId&$top=2&$skip=1')).toEqual([2, 3]);
  expect(await ids('financing?$top=0')).toEqual([]);
  const { body } = await service.get('financing?$skip=3');
  expect(body.value).toHaveLength(1);
  expect(body['@odata.nextLink']).toBeUndefined();
});

test("$expand leads one step along the graph's links", async () => {
  const rows = await service.rows(
    'financing?$select=reportId&$orderby=reportId&$expand=company($select=name)',
  );
  expect(rows).toEqual([
    { reportId: 1, company: { name: 'ТОО «Байт»' } },
    { reportId: 2, company: { name: 'ТОО «Байт»' } },
    { reportId: 3, company: { name: 'ТОО «Дала»' } },
    { reportId: 4, company: null },
  ]);
  expect(
    await service.rows(
      'companies?$select=companyId&$orderby=companyId&$expand=financing($select=year;$filter=year ge 2020;$orderby=year desc;$top=1;$count=true)',
    ),
  ).toEqual([
    { companyId: 17, 'financing@odata.count': 2, financing: [{ year: 2024 }] },
    { companyId: 18, 'financing@odata.count': 1, financing: [{ year: 2024 }] },
  ]);
});

test('rows bear the first moment of their period and when they last changed, by which they are loaded again', async () => {
  const [row] = await service.rows('financing?$select=periodStart,changedAt&$filter=reportId eq 3');
  // Kazakhstan was six hours before UTC until March 2024.
  expect(row?.['periodStart']).toBe('2023-12-31T18:00:00Z');
  expect(await filtered('periodStart ge 2024-01-01T00:00:00%2B06:00')).toEqual([1, 3, 4]);
  expect(
    await filtered('periodStart ge 2019-12-31T18:00:00Z and periodStart lt 2024-01-01'),
  ).toEqual([1, 2, 3, 4]);
  expect(await ids('financing?$orderby=periodStart,reportId desc&$top=2')).toEqual([2, 4]);
  const changed = encodeURIComponent(String(row?.['changedAt']));
  expect(await filtered(`changedAt ge ${changed}`)).toContain(3);
  expect(await filtered('changedAt gt 2999-01-01')).toEqual([]);
  const { rows, pages } = await service.allRows('financing?$orderby=changedAt,periodStart desc', {
    prefer: 'maxpagesize=1',
  });
  expect([rows.length, pages]).toEqual([4, 4]);
  const { rows: groups } = await service.allRows(
    'financing?$apply=filter(periodStart lt 2021-01-01)/groupby((year),aggregate($count as n))',
  );
  expect(groups).toEqual([{ year: 2020, 'n@odata.type': '#Int64', n: 1 }]);
});

test('what Power BI previews, looks up and probes is answered', async () => {
  const weighted =
    'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7';
  const headers = { accept: weighted, 'odata-maxversion': '4.0', maxdataserviceversion: '3.0' };
  for (const path of [
    '',
    '?anything=1',
    '$metadata?anything=1',
    'financing?$top=1000',
    'companies(17)',
  ]) {
    const { status, headers: answered } = await service.get(path, headers);
    expect([path, status, answered.get('odata-version')]).toEqual([path, 200, '4.0']);
    expect(answered.get('content-type')).toContain(
      path.startsWith('$metadata') ? 'application/xml' : 'application/json;odata.metadata=minimal',
    );
  }
});

test.each([
  [
    'financing?$filter=yaer eq 2020',
    400,
    '$filter has "yaer", which financing does not have; expected one of reportId',
  ],
  [
    'financing?$filter=year eq',
    400,
    '$filter has "eq" at character 6; expected and, or, or its end.',
  ],
  [
    "financing?$filter=year eq '2020'",
    400,
    "$filter compares year with '2020'; expected a whole number from -2147483648 to 2147483647.",
  ],
  [
    "financing?$filter=reportType eq 'Q1'",
    400,
    "$filter compares reportType with 'Q1'; expected one of 'QUARTER1', 'QUARTER2'",
  ],
  ['financing?$filter=signedAt ge 2024-13-01', 400, 'expected a moment with its offset'],
  [
    'financing?$filter=(year eq 2020',
    400,
    '$filter ends at character 14; expected and, or, or a closing parenthesis.',
  ],
  [
    'financing?$filter=year add 1 eq 2020',
    501,
    '$filter calculates with add; expected a property to be compared with a value.',
  ],
  [
    'financing?$filter=length(companyName) gt 3',
    501,
    '$filter calls length, which is not served; expected one of contains',
  ],
  [
    'financing?$filter=lengthh(companyName) gt 3',
    400,
    '$filter calls "lengthh", which is no function',
  ],
  ['financing?$filter=binMasked', 501, '$filter has binMasked, by which rows are not filtered.'],
  [
    'financing?$filter=%FF',
    400,
    '$filter has a % that begins no UTF-8; expected %25 for the sign itself.',
  ],
  ['financing?$top=-1', 400, '$top is "-1"; expected a whole number from 0 to 2147483647.'],
  ['financing?$top=1&$top=2', 400, '"$top" is given twice; expected it once.'],
  ['financing?$select=nothing', 400, '$select has "nothing", which financing does not have'],
  [
    'financing?$orderby=year up',
    400,
    '$orderby has "year up"; expected a property, with asc or desc or nothing behind it.',
  ],
  ['financing?$search=x', 501, '$search is not served; expected some of $filter'],
  ['financing?$nothing=x', 400, '"$nothing" is no query option of financing here'],
  [
    'financing?$format=atom',
    406,
    'Only "atom" is taken by the caller; expected application/json;odata.metadata=minimal.',
  ],
  [
    'financing?$expand=owner',
    400,
    '$expand has "owner", to which financing does not lead; expected one of company',
  ],
  [
    'companies?$expand=financing($expand=company)',
    501,
    '$expand has "$expand" of financing; expected some of $select',
  ],
  ['financing(1)/loanFunds', 501, 'The path goes on with "loanFunds"'],
  ["financing('1')", 400, "The key compares reportId with '1'; expected a whole number"],
  [
    'exportByCountry(1)',
    400,
    'The key of exportByCountry has a value without its name; expected reportId=…,itemNo=….',
  ],
  ['nothing', 404, 'There is no entity set "nothing"; expected one of'],
  ['$batch', 501, '"$batch" is not served; expected an entity set.'],
  [
    'financing?$skiptoken=abc',
    400,
    '$skiptoken is none of this service; expected @odata.nextLink as it was given.',
  ],
])('%s is refused by %i and a sentence', async (path, status, sentence) => {
  const refusal = await service.refusal(path);
  expect(refusal.status).toBe(status);
  expect(refusal.message).toContain(sentence);
});
