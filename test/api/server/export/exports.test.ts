import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { createKey } from '../../../../src/api/access/keys/keys';
import { readLedger } from '../../../../src/api/access/ledger/readLedger';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { fetchJson, post, publishVersion, serveTest, until, type ServedDatabase } from '../support';

const BIN = '180140000012';
const PSEUDONYM = '777777900001';
/** So many rows are more than what sockets keep for a reader that does not read. */
const MANY = 150_000;

let database: TestDatabase;
let served: ServedDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 8 });
  const { knex } = database;
  await givenPublication(knex);
  await givenRows(knex, 'gold.financing', [
    {
      report_id: 1,
      service_request_id: 5,
      company_id: 17,
      bin: BIN,
      bin_pseudonym: PSEUDONYM,
      company_name: 'ТОО «Байт», "А"',
      loan_funds: '-1250.50',
      signed_at: '2024-04-05T09:30:00.5Z',
    },
    {
      report_id: 2,
      service_request_id: 4,
      year: 2020,
      bin: BIN,
      bin_pseudonym: PSEUDONYM,
      company_name: '=HYPERLINK("http://x")',
      certificate_number: '1042',
    },
  ]);
  await knex.raw(
    `insert into gold.employees (report_id, service_request_id, year, report_type, bin, bin_pseudonym, superseded, company_name)
     select no, no, 2024, 'yearly', '180140000012', '777777900001', false, repeat('Алма ', 20)
     from generate_series(1, ?::integer) as no`,
    [MANY],
  );
  await knex.raw('analyze gold.employees');
  served = await serveTest({
    product: true,
    database,
    config: { EXPORT_CONNECTIONS: 3, RATE_COST: 2_000_000 },
  });
});
afterAll(() => served.stop());

const exported = (path: string, headers: Record<string, string> = {}, key = served.key) =>
  fetch(`${served.url}/export/${path}`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
  });

async function keyWith(wish: Partial<Parameters<typeof createKey>[1]>) {
  return createKey(database.knex, { name: 'reader', rights: 'marts:read', ...wish });
}

/** Begins to read a file, and reads no more than its headers. */
async function begun(path: string, key?: string, { url } = served): Promise<IncomingMessage> {
  const { key: own } = await keyWith({});
  const request = get(`${url}/export/${path}`, {
    headers: { authorization: `Bearer ${key ?? own}` },
  });
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return response;
}

/** Whether or not it is whole. */
function closing(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', () => resolve());
  });
}

async function copiesUnderWay(waitingFor = '%'): Promise<number> {
  const { rows } = await database.knex.raw<{ rows: { count: string }[] }>(
    `select count(*) as count from pg_stat_activity
     where datname = current_database() and query like 'copy (%' and state <> 'idle'
       and coalesce(wait_event, '') like ?`,
    [waitingFor],
  );
  return Number(rows[0]?.count);
}

test('a file is CSV by RFC 4180: a row of names, texts in quotation marks, numbers plain, nulls empty', async () => {
  const response = await exported(
    'financing.csv?fields=reportId,year,reportType,bin,binMasked,companyName,signedAt,superseded,loanFunds,certificate',
  );
  expect(await response.text()).toBe(
    [
      'reportId,year,reportType,bin,binMasked,companyName,signedAt,superseded,loanFunds,certificate.number,certificate.source,certificate.issueDate,certificate.endDate,certificate.conflicting',
      `1,2024,QUARTER1,"${PSEUDONYM}",true,"ТОО «Байт», ""А""",2024-04-05T09:30:00.500000Z,false,-1250.50,,,,,`,
      `2,2020,QUARTER1,"${BIN}",false,"'=HYPERLINK(""http://x"")",,false,,"1042",REPORT,,,false`,
      '',
    ].join('\r\n'),
  );
});

test('the same as NDJSON has a line of JSON for each row, with values as GraphQL gives them', async () => {
  const response = await exported(
    'financing.ndjson?filter={"year":{"eq":2024}}&fields=id,signedAt,loanFunds,companyId,certificate.number',
  );
  expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  expect(await response.text()).toBe(
    '{"id":"Financing:1","signedAt":"2024-04-05T09:30:00.500000Z","loanFunds":"-1250.50","companyId":17,"certificate.number":null}\n',
  );
});

test('a file names its data version, how fresh it is, its rows, and itself', async () => {
  const response = await exported('financing.csv');
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': 'attachment; filename="financing-1.csv"',
    'x-data-version': '1',
    'x-published-at': '2026-02-01T00:00:00.500000Z',
    'x-source-time': '2026-01-31T23:00:00Z',
    'x-total-count': '2',
    'cache-control': 'private, no-cache',
  });
});

test('companies, participants and reports are files too', async () => {
  await database.knex('silver.companies').insert({ company_id: 17, name: 'Байт', tin: BIN });
  for (const [name, head] of [
    ['companies', 'companyId,name,shortName,bin,binMasked'],
    ['participants', 'serviceRequestId,companyId,status'],
    ['reports', 'reportId,serviceRequestId'],
  ] as const) {
    const response = await exported(`${name}.csv`);
    expect([response.status, (await response.text()).startsWith(head)]).toEqual([200, true]);
  }
});

test('for Excel a file may begin with a byte order mark', async () => {
  const bytes = Buffer.from(await (await exported('financing.csv?bom=true')).arrayBuffer());
  expect(bytes.subarray(0, 11).toString('latin1')).toBe('\xef\xbb\xbfreportId');
});

test.each([
  ' =1+1',
  '\u00a0+1',
  '\u200b-1',
  '\ufeff@x',
  '\u00ad \u202e＝1',
  '\v\f\u007f=1',
  '\u3164=1',
])('%j is no formula to a spreadsheet, and stays what it is in JSON', async (name) => {
  await givenRows(database.knex, 'gold.tax_benefits', [{ company_name: name, kpn: '-1.50' }]);
  try {
    const search = 'fields=companyName,kpn';
    const csv = await (await exported(`taxBenefits.csv?${search}`)).text();
    expect(csv).toBe(`companyName,kpn\r\n"'${name}",-1.50\r\n`);
    const json = await (await exported(`taxBenefits.ndjson?${search}`)).text();
    expect(JSON.parse(json)).toEqual({ companyName: name, kpn: '-1.50' });
  } finally {
    await database.knex('gold.tax_benefits').delete();
  }
});

test('a parameter with nothing in it is not given, and neither is null', async () => {
  const usual = await (await exported('financing.csv')).text();
  for (const search of ['fields=&filter=&orderBy=&bom=', 'filter=null&orderBy=null']) {
    expect(await (await exported(`financing.csv?${search}`)).text()).toBe(usual);
  }
  const order = (nulls: string) => exported(`financing.csv?orderBy={"field":"BIN"${nulls}}`);
  expect(await (await order(',"direction":null,"nulls":null')).text()).toBe(
    await (await order('')).text(),
  );
});

test('JSON has no byte order mark, which its readers would not take', async () => {
  const { status, body } = await fetchJson(`${served.url}/export/financing.ndjson?bom=true`, {
    headers: { authorization: `Bearer ${served.key}` },
  });
  expect([status, body.errors?.[0]?.message]).toEqual([
    400,
    'bom is true; expected it of CSV alone: readers of JSON take a byte order mark for a fault.',
  ]);
  const text = await (await exported('financing.ndjson?bom=false')).arrayBuffer();
  expect(Buffer.from(text)[0]).toBe('{'.charCodeAt(0));
});

test('a file is packed where the caller takes gzip', async () => {
  const [plain, packed] = await Promise.all(
    ['identity', 'gzip'].map(
      (encoding) =>
        new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
          const headers = { authorization: `Bearer ${served.key}`, 'accept-encoding': encoding };
          get(`${served.url}/export/financing.csv`, { headers }, (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => {
              const { 'content-encoding': used } = response.headers;
              resolve({ encoding: used, bytes: Buffer.concat(chunks) });
            });
          }).on('error', reject);
        }),
    ),
  );
  expect(plain?.encoding).toBeUndefined();
  expect(packed?.encoding).toBe('gzip');
  expect(gunzipSync(packed?.bytes ?? Buffer.alloc(0))).toEqual(plain?.bytes);
});

test('who has the file of this data version is told so, until other data is published', async () => {
  // Each is read to its end: a key may have few exports under way.
  const read = async (answer: Promise<Response>) => {
    const response = await answer;
    await response.text();
    return response;
  };
  const tag = (await read(exported('financing.csv'))).headers.get('etag') ?? '';
  const again = await exported('financing.csv', { 'if-none-match': tag });
  expect([again.status, await again.text()]).toEqual([304, '']);
  const { key } = await keyWith({ rights: 'marts:read,bin:read' });
  const others = [
    await read(exported('financing.csv', { 'if-none-match': tag }, key)),
    await read(exported('financing.csv?bom=true', { 'if-none-match': tag })),
    await read(exported('financing.ndjson', { 'if-none-match': tag })),
  ];
  expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
  const version = await publishVersion(database);
  await until(async () => {
    const { status, headers } = await read(exported('financing.csv', { 'if-none-match': tag }));
    return status === 200 && headers.get('x-data-version') === version;
  });
});

test.each([
  [
    'filter={"year":{"gte":"x"}}',
    'filter.year.gte is "x"; expected a whole number from -2147483648 to 2147483647.',
  ],
  ['filter={"years":{}}', /^filter\.years is unknown; expected one of reportId, /],
  ['filter={"year":{"in":[]}}', 'filter.year.in is an empty list; expected 1 to 1000 values.'],
  ['filter={"loanFunds":{"gt":null}}', /^filter\.loanFunds\.gt is null; expected /],
  ['filter=2023', 'filter is 2023; expected an object.'],
  ['filter={year', 'filter is "{year"; expected JSON, such as {"year": {"gte": 2023}}.'],
  [
    'filter={"reportType":{"eq":"quarter1"}}',
    'filter.reportType.eq is "quarter1"; expected one of QUARTER1, QUARTER2, QUARTER3, QUARTER4, YEARLY.',
  ],
  ['orderBy=[{"field":"COLOUR"}]', /^orderBy\[0\]\.field is "COLOUR"; expected one of REPORT_ID, /],
  ['orderBy=[{"direction":"ASC"}]', /^orderBy\[0\]\.field is missing; expected one of /],
  [
    'fields=year,colour',
    /^fields names "colour"; expected some of id, reportId, .*certificate\.number/,
  ],
  ['fields=year,year', 'fields names year twice; expected each field once.'],
  ['bom=yes', 'bom is "yes"; expected true or false.'],
  ['first=5', 'The parameter "first" is unknown; expected some of fields, filter, orderBy, bom.'],
  ['bom=true&bom=true', 'The parameter bom is given twice; expected it once.'],
])('%s is refused in the words of the schema', async (search, sentence) => {
  const { status, body } = await fetchJson(`${served.url}/export/financing.csv?${search}`, {
    headers: { authorization: `Bearer ${served.key}` },
  });
  const [error] = body.errors ?? [];
  expect([status, error?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT']);
  if (typeof sentence === 'string') expect(error?.message).toBe(sentence);
  else expect(error?.message).toMatch(sentence);
});

test('a file needs credentials, marts:read, and a mart in the scope; refusals are on record', async () => {
  expect((await fetch(`${served.url}/export/financing.csv`)).status).toBe(401);
  const refused = [
    await keyWith({ rights: 'quality:read' }),
    await keyWith({ scope: { marts: ['employees'] } }),
    await keyWith({ trustedOnly: true }),
  ];
  for (const { id, key } of refused) {
    const { status, body } = await fetchJson(`${served.url}/export/financing.csv`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect([status, body.errors?.[0]?.extensions['code']]).toEqual([403, 'FORBIDDEN']);
    const read = () => readLedger(database.knex, { kind: 'REFUSED', caller: id });
    await until(async () => (await read()).length === 1);
  }
});

test('a filter that looks into a mart outside of the scope is refused, and names the mart', async () => {
  const { key } = await keyWith({ scope: { marts: ['employees'] } });
  const filter = encodeURIComponent('{"exports":{"some":{}}}');
  const { status, body } = await fetchJson(`${served.url}/export/companies.csv?filter=${filter}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect([status, body.errors?.[0]?.message]).toEqual([
    403,
    'The mart exports is outside of the scope of this credential.',
  ]);
});

test('there is no file of what is no mart, and none is asked for by POST', async () => {
  const headers = { authorization: `Bearer ${served.key}` };
  const absent = await fetchJson(`${served.url}/export/patents.csv`, { headers });
  expect([absent.status, absent.body.errors?.[0]?.extensions['code']]).toEqual([404, 'NOT_FOUND']);
  expect(absent.body.errors?.[0]?.message).toMatch(
    /^There is no such file; expected one of .*employees.*companies.* with \.csv or \.ndjson at its end\.$/,
  );
  const { key } = await keyWith({ scope: { marts: ['employees'] } });
  const confined = await (await exported('employees.xlsx', {}, key)).text();
  expect(confined).toContain('employees');
  expect(confined).not.toContain('financing');
  const { status } = await fetch(`${served.url}/export/patents.csv`);
  expect(status).toBe(401);
  const posted = await fetchJson(`${served.url}/export/financing.csv`, { method: 'POST', headers });
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test.each(['financing.csv', 'financing.ndjson?filter={"year":{"eq":2020}}&fields=reportId,bin'])(
  'by HEAD %s has the headers that it has by GET, and nothing is read',
  async (path) => {
    const { id, key } = await keyWith({ rights: 'marts:read,bin:read' });
    for (const encoding of ['identity', 'gzip']) {
      const asked = { authorization: `Bearer ${key}`, 'accept-encoding': encoding };
      const head = await fetch(`${served.url}/export/${path}`, { method: 'HEAD', headers: asked });
      expect(head.status).toBe(200);
      expect(await head.text()).toBe('');
      expect(head.headers.get('content-length')).toBeNull();
      const before = await readLedger(database.knex, { caller: id });
      const got = await fetch(`${served.url}/export/${path}`, { headers: asked });
      await got.text();
      for (const name of [
        ...['etag', 'content-type', 'content-disposition', 'content-encoding', 'cache-control'],
        ...['vary', 'x-data-version', 'x-published-at', 'x-total-count'],
      ]) {
        expect([name, head.headers.get(name)]).toEqual([name, got.headers.get(name)]);
      }
      if (encoding === 'identity') expect(before).toEqual([]);
      const tag = { ...asked, 'if-none-match': head.headers.get('etag') ?? '' };
      const again = await fetch(`${served.url}/export/${path}`, { method: 'HEAD', headers: tag });
      expect(again.status).toBe(304);
    }
    // Its connections are given back at once.
    for (let time = 0; time < 5; time += 1) {
      const again = await fetch(`${served.url}/export/${path}`, {
        method: 'HEAD',
        headers: { authorization: `Bearer ${key}` },
      });
      expect(again.status).toBe(200);
    }
    const wrong = await fetch(`${served.url}/export/${path.split('?')[0]}?first=5`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${key}` },
    });
    expect([wrong.status, await wrong.text()]).toEqual([400, '']);
  },
);

test('a caller that is confined gets the rows of its scope', async () => {
  const { key } = await keyWith({ scope: { years: [[2020, 2020]] } });
  const response = await exported('financing.ndjson?fields=reportId', {}, key);
  expect(await response.text()).toBe('{"reportId":2}\n');
});

test('rows with a clear BIN are on record before they are sent, and in the log', async () => {
  const { id, key } = await keyWith({ rights: 'marts:read,bin:read' });
  await (await exported('financing.csv?fields=year', {}, key)).text();
  await (await exported('financing.csv?fields=year,bin', {}, key)).text();
  const read = () => readLedger(database.knex, { kind: 'CLEAR_BINS', caller: id });
  await until(async () => (await read()).length > 0);
  expect(await read()).toMatchObject([{ operation: 'export financing.csv', rows: 2, times: 1 }]);
  expect(served.log()).toContain('"clearBins":2');
});

test('a file costs its values, and is refused before it begins where they are too many', async () => {
  const { key } = await keyWith({});
  const small = await exported('financing.csv?fields=year,bin', {}, key);
  // Four values, and twice a statement that goes through a small table.
  expect(small.headers.get('ratelimit')).toMatch(/"cost";r=1998196;/);
  await small.text();
  const { status, headers, body } = await fetchJson(`${served.url}/export/employees.csv`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect([status, body.errors?.[0]?.extensions['code']]).toEqual([429, 'RATE_LIMITED']);
  expect(headers.get('x-total-count')).toBeNull();
});

test.each([
  [
    'compares too much with too many rows',
    `{"or":[${Array.from({ length: 200 }, (_, n) => `{"companyName":{"contains":"x${String(n)}"}}`).join()}]}`,
    /^The request could cost \d+; expected at most 5000000: ask for a filter of fewer comparisons, /,
  ],
  [
    // It is not parsed: its end is missing.
    'has more lists and objects than are read',
    `{"or":[${'{},'.repeat(2_500)}`,
    /^The request has more than 2000 lists and objects, variables included; expected at most so many\.$/,
  ],
])('a file whose filter %s is refused with a sentence before it begins', async (_, filter, why) => {
  const { key } = await keyWith({});
  const path = `employees.csv?fields=year&filter=${filter}`;
  const { status, headers, body } = await fetchJson(`${served.url}/export/${path}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect([status, headers.get('x-total-count')]).toEqual([400, null]);
  expect(body.errors).toEqual([
    { message: expect.stringMatching(why), extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

test('a slow reader holds neither a publication up nor requests, and its file is of one version', async () => {
  const response = await begun('employees.ndjson?fields=year,companyName');
  const version = response.headers['x-data-version'];
  // The database waits for it: nothing is gathered here.
  await until(async () => (await copiesUnderWay('ClientWrite')) === 1);
  await database
    .knex('gold.employees')
    .where('report_id', '>', MANY - 10)
    .update({ year: 1999 });
  const published = await publishVersion(database);
  await until(async () => {
    const { body } = await post(served, '{ dataVersion { id } }');
    return (body.data?.['dataVersion'] as { id: string }).id === published;
  });
  let text = '';
  for await (const chunk of response) text = (text + String(chunk)).slice(-300);
  expect(text).toMatch(/^.*\{"year":2024,"companyName":"[^"]+"\}\n$/s);
  expect(Number(version)).toBeLessThan(Number(published));
});

test('a reader that stalls is cut off, and the log says so', async () => {
  const impatient = await serveTest({
    product: true,
    database: { ...database, drop: async () => undefined },
    readerPatience: 1_000,
  });
  try {
    const response = await begun('employees.ndjson?fields=year,companyName', undefined, impatient);
    await until(async () => (await copiesUnderWay()) === 1);
    await until(async () => (await copiesUnderWay()) === 0);
    expect(impatient.log()).toContain('an export broke off');
    response.resume();
    await closing(response);
    expect(response.complete).toBe(false);
  } finally {
    await impatient.stop();
  }
});

test('whoever hangs up ends the statement', async () => {
  const response = await begun('employees.csv?fields=year,companyName');
  await until(async () => (await copiesUnderWay()) === 1);
  response.destroy();
  await until(async () => (await copiesUnderWay()) === 0);
});

test('more files at once than there are connections for are refused for a while', async () => {
  const slow = await Promise.all(
    [1, 2, 3].map(() => begun('employees.ndjson?fields=year,companyName')),
  );
  const another = await fetchJson(`${served.url}/export/financing.csv`, {
    headers: { authorization: `Bearer ${served.key}` },
  });
  expect([another.status, another.headers.get('retry-after')]).toEqual([503, '2']);
  expect(another.body.errors?.[0]?.message).toMatch(/^This server writes 3 exports at once/);
  slow.forEach((response) => response.destroy());
  await until(async () => (await exported('financing.csv')).status === 200);
});

test('a value that cannot be said ends the file in a way that the caller sees', async () => {
  await givenRows(database.knex, 'gold.employees', [
    { report_id: MANY + 1, service_request_id: MANY + 1, signed_at: 'infinity' },
  ]);
  const response = await begun('employees.ndjson?fields=signedAt,companyName,year');
  response.resume();
  await closing(response);
  expect(response.complete).toBe(false);
  expect(served.log()).toContain('A DateTime is no moment in UTC.');
  // So early that nothing was sent yet, it is an error as any other.
  const { status } = await exported(
    'employees.csv?orderBy=[{"field":"SIGNED_AT"}]&fields=signedAt',
  );
  expect(status).toBe(500);
  await database
    .knex('gold.employees')
    .where({ report_id: MANY + 1 })
    .delete();
});

test('a statement that gives nothing for too long is an error before the file begins', async () => {
  const quick = await serveTest({
    product: true,
    database: { ...database, drop: () => Promise.resolve() },
    config: { STATEMENT_TIMEOUT_MS: 100 },
  });
  const { status, body } = await fetchJson(
    `${quick.url}/export/employees.csv?orderBy=[{"field":"COMPANY_NAME"},{"field":"BIN"}]&filter={"companyName":{"contains":"алма а"}}`,
    { headers: { authorization: `Bearer ${served.key}` } },
  );
  await quick.stop();
  expect([status, body.errors?.[0]?.extensions['code']]).toEqual([503, 'UNAVAILABLE']);
  await until(async () => (await copiesUnderWay()) === 0);
});
