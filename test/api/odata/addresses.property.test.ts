import fc from 'fast-check';
import { givenReports, OdataService } from './served';

/** As many addresses as are asked, by chance and by the forms of OData's ABNF; some are right and most nearly so. */
const ADDRESSES = 1_000;
const PATIENCE = 60_000;

let service: OdataService;

beforeAll(async () => {
  service = await OdataService.start({ config: { RATE_REQUESTS: 0, RATE_COST: 0 } });
  await givenReports(service.database);
});
afterAll(() => service.stop());

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const joined = (separator: string, part: fc.Arbitrary<string>, max = 3) =>
  fc.array(part, { minLength: 1, maxLength: max }).map((parts) => parts.join(separator));
const texts = (...parts: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((all) => all.join(''));

const set = one(
  'financing',
  'generalIndicators',
  'companies',
  'exportByCountry',
  'reports',
  'nothing',
);
const property = one(
  ...[
    'year',
    'reportId',
    'companyName',
    'bin',
    'binMasked',
    'loanFunds',
    'signedAt',
    'superseded',
    'reportType',
  ],
  ...[
    'certificate',
    'certificateSource',
    'certificateIssueDate',
    'activityFields',
    'name',
    'itemNo',
    'yaer',
    '年',
  ],
);
const way = one(
  'company',
  'participation',
  'report',
  'financing',
  'reports',
  'participations',
  'owner',
);
const literal = fc.oneof(
  one(
    'null',
    'true',
    'false',
    '1',
    '-5',
    '2024',
    '99999999999',
    '0.01',
    '1e3',
    '1e999',
    '.5',
    '1.',
  ),
  one("'Байт'", "''", "'O''Дала'", "'", "'YEARLY'", "'180140000012'", "'REPORT'", 'INF', 'NaN'),
  one('2024-01-31', '2024-13-31', '0000-00-00', '2024-01-31T09:30:00Z', '2024-01-31T09:30'),
  one('2024-01-31T24:61:00%2B05:00', '2024-01-31T09:30:00+99:99', '12:00:00', "duration'PT1S'"),
  one('00000000-0000-0000-0000-000000000000', "Ns.Color'RED'", '@p', '$it', '9'.repeat(400)),
  fc.integer().map(String),
  fc.double().map(String),
  fc.string({ maxLength: 8 }).map((text) => `'${encodeURIComponent(text.replaceAll("'", "''"))}'`),
);
const call = texts(
  one(
    'contains',
    'startswith',
    'endswith',
    'tolower',
    'year',
    'month',
    'date',
    'length',
    'now',
    'nix',
  ),
  one('('),
  joined(',', fc.oneof(property, literal), 3),
  one(')', ')', ')', ''),
);
const { expression } = fc.letrec<{ expression: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { withCrossShrink: true, depthSize: 'small' },
    property,
    literal,
    call,
    texts(property, one('/'), property),
    texts(property, one('/any(', '/all('), one('x:x eq ', 'x:', ''), literal, one(')')),
    texts(one('(', 'not(', 'not ', '('), tie('expression'), one(')', ')', '')),
  ),
  expression: fc.oneof(
    { withCrossShrink: true, depthSize: 'small' },
    texts(
      tie('operand'),
      one(
        ' eq ',
        ' ne ',
        ' gt ',
        ' ge ',
        ' lt ',
        ' le ',
        ' has ',
        ' add ',
        '%20eq%20',
        '+eq+',
        'eq',
      ),
      tie('operand'),
    ),
    texts(property, one(' in ', ' in'), one('('), joined(',', literal, 4), one(')', ')', ',)')),
    texts(tie('expression'), one(' and ', ' or ', ' and', ' xor '), tie('expression')),
    tie('operand'),
  ),
}));
const select = joined(',', fc.oneof(property, way, one('*', ' year ', '', 'company/name')));
const order = joined(',', texts(property, one('', ' asc', ' desc', ' up', ' desc desc')));
const count = fc.oneof(
  one('0', '1', '5', '1000', '2147483648', '-1', 'x', '', '1.5'),
  fc.nat().map(String),
);
const expand = joined(
  ',',
  texts(
    way,
    fc.oneof(
      one('', '()', '(', '/$count', '($levels=max)', '($expand=company)'),
      joined(
        ';',
        fc.oneof(
          texts(one('$select='), select),
          texts(one('$filter='), expression),
          texts(one('$top='), count),
        ),
      ).map((options) => `(${options})`),
    ),
  ),
  2,
);
const aggregate = texts(
  fc.oneof(property, one('$count')),
  one(' with total', ' with Techorda.total', ' with sum', ' with countdistinct', ''),
  one(' as x', ' as y', ' as year', ''),
);
const apply = joined(
  '/',
  fc.oneof(
    texts(one('filter('), expression, one(')')),
    texts(
      one('groupby(('),
      joined(',', property),
      one('),aggregate('),
      joined(',', aggregate, 2),
      one('))', ')', ''),
    ),
    texts(one('groupby(('), property, one('))')),
    texts(one('aggregate('), aggregate, one(')')),
    one('identity', 'concat(', 'rollup(year)'),
  ),
  2,
);
const option = fc.oneof(
  { arbitrary: texts(one('$filter='), expression), weight: 5 },
  { arbitrary: texts(one('$select='), select), weight: 2 },
  { arbitrary: texts(one('$orderby='), order), weight: 2 },
  { arbitrary: texts(one('$expand='), expand), weight: 2 },
  { arbitrary: texts(one('$apply='), apply), weight: 2 },
  texts(one('$top=', '$skip=', '%24top='), count),
  texts(one('$count='), one('true', 'false', '1')),
  texts(one('$format='), one('json', 'xml', 'application/json', 'atom', ';')),
  texts(one('$skiptoken='), fc.base64String({ maxLength: 40 }).map(encodeURIComponent)),
  one('$search=x', '$compute=1', '$nix=1', 'x=y', '=', '%', '%FF=1', '$filter', '&&', '%00=1'),
);
const key = fc.oneof(
  literal.map((value) => `(${value})`),
  texts(one('('), joined(',', texts(property, one('='), literal), 2), one(')', '')),
  one('()', '(', '(1)(1)', '(1,2)', '(reportId=1,itemNo=1)'),
);
const path = fc.oneof(
  { arbitrary: set, weight: 6 },
  texts(set, key),
  texts(set, one('/$count', '/$count/', '/$ref', '/year', '/$value', '//', '/%2F', '/%')),
  one(
    '',
    '$metadata',
    '$batch',
    '$entity',
    '$all',
    '$crossjoin(a,b)',
    '..',
    '%2e%2e/',
    'techorda.odc',
  ),
);
const address = fc
  .tuple(path, fc.array(option, { maxLength: 4 }))
  .map(([where, options]) => (options.length === 0 ? where : `${where}?${options.join('&')}`));

test('whatever address is asked is answered, or refused by a sentence', async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(address, async (asked) => {
      const response = await fetch(`${service.root}${asked}`, {
        headers: { authorization: `Bearer ${service.served.key}` },
        signal: AbortSignal.timeout(PATIENCE),
      });
      const { status } = response;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const text = await response.text();
      expect([200, 400, 404, 406, 501]).toContain(status);
      if (status === 200) return;
      const { error } = JSON.parse(text) as { error: { code: string; message: string } };
      expect(error.message).toMatch(/^[A-Z$"].* .*[.]$/s);
      expect(error.code).toMatch(/^[A-Z_]+$/);
    }),
    { numRuns: ADDRESSES },
  );
  // Neither were all refused, nor was none.
  for (const status of [200, 400, 501])
    expect(statuses.get(status)).toBeGreaterThan(ADDRESSES / 50);
});
