import { givenReports, OdataService } from './served';

let service: OdataService;

beforeAll(async () => {
  service = await OdataService.start({
    config: { INTROSPECTION: 'none', RATE_REQUESTS: 30, RATE_COST: 1_000_000 },
  });
  await givenReports(service.database);
});
afterAll(() => service.stop());

const as = async (name: string) => ({
  authorization: `Bearer ${await service.keyWith({ name })}`,
});

test('who may not read the schema reads no $metadata, and is told no names by refusals', async () => {
  const headers = await as('no schema');
  expect(await service.refusal('$metadata', headers)).toEqual({
    status: 403,
    message: 'The schema cannot be read with this credential.',
  });
  const { message } = await service.refusal('financing?$filter=yaer eq 1', headers);
  expect(message).toBe(
    '$filter has "yaer", which financing does not have; expected one that the schema has.',
  );
});

test('a page costs of the budget what its work is, and beyond it the caller is told when to come back', async () => {
  const headers = await as('spender');
  const first = await service.get('financing?$top=1', headers);
  const left = (from: Headers) => Number(/"cost";r=(\d+)/.exec(from.get('ratelimit') ?? '')?.[1]);
  const expanded = await service.get('companies?$expand=financing,reports', headers);
  const [one, two] = [left(first.headers), left(expanded.headers)];
  expect(1_000_000 - one).toBeGreaterThan(3_000);
  expect(one - two).toBeGreaterThan(1_000_000 - one);
  let refused = first;
  for (let asked = 0; asked <= 30; asked += 1) refused = await service.get('$nothing', headers);
  expect(refused.status).toBe(429);
  expect(refused.body.error?.code).toBe('RATE_LIMITED');
  expect(refused.body.error?.message).toMatch(/^This credential has asked 30 times/);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('files that open Power BI and Excel name the service, and hold no key', async () => {
  const headers = await as('opener');
  const powerBi = await service.get('techorda.pbids', headers);
  expect(powerBi.body['connections']).toEqual([
    {
      details: { protocol: 'odata', address: { url: service.root } },
      options: {},
      mode: 'Import',
    },
  ]);
  expect(powerBi.headers.get('content-disposition')).toBe('attachment; filename="techorda.pbids"');
  const excel = await service.get('techorda.odc?set=financing', headers);
  expect(excel.text).toContain('Location=financing');
  expect(excel.text).toContain(`OData.Feed(&quot;${service.root}&quot;, null`);
  expect(excel.headers.get('content-type')).toBe('text/x-ms-odc;charset=utf-8');
  for (const { text } of [powerBi, excel]) expect(text).not.toMatch(/Bearer|tg_|key=/);
  expect((await service.refusal('techorda.odc?set=nothing', headers)).status).toBe(404);
});

test('before data are published there is a sentence, and no empty list', async () => {
  const empty = await OdataService.start();
  try {
    expect((await empty.get('$metadata')).status).toBe(200);
    const { status, body } = await empty.get('financing');
    expect([status, body.error?.code]).toEqual([503, 'UNAVAILABLE']);
    expect(body.error?.message).toContain('No data has been published yet.');
  } finally {
    await empty.stop();
  }
});
