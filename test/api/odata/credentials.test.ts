import { connect } from 'node:net';
import { until } from '../server/support';
import { BIN, givenReports, OdataService } from './served';

let service: OdataService;
let withKeyInUrl: OdataService;

beforeAll(async () => {
  service = await OdataService.start();
  await givenReports(service.database);
  withKeyInUrl = await OdataService.start({
    config: { ODATA_KEY_IN_URL: true, PUBLIC_URL: 'https://data.example.kz/api/' },
  });
  await givenReports(withKeyInUrl.database);
});
afterAll(async () => {
  await service.stop();
  await withKeyInUrl.stop();
});

const none = { authorization: '' };
const basic = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});

test('a key is taken as the password of any user, as Bearer and as X-Api-Key', async () => {
  const { key } = service.served;
  const ways = [basic('anybody', key), basic('', key), { authorization: `Bearer ${key}` }];
  for (const headers of ways) expect((await service.get('companies', headers)).status).toBe(200);
  const response = await fetch(`${service.root}companies`, { headers: { 'x-api-key': key } });
  expect(response.status).toBe(200);
});

test('without a valid credential programs are asked for a name and a password, in the form of OData', async () => {
  for (const headers of [none, basic('user', 'wrong'), basic('user', '')]) {
    const { status, body, headers: answered } = await service.get('financing', headers);
    expect(status).toBe(401);
    expect(answered.get('www-authenticate')).toBe('Basic realm="Techorda", charset="UTF-8"');
    expect(body.error).toEqual({
      code: 'UNAUTHENTICATED',
      message: expect.stringContaining('This needs valid credentials.') as string,
    });
  }
});

test('a key in the address is nothing where no setting allows it, and is logged nowhere where one does', async () => {
  const { key } = service.served;
  expect((await service.get(`companies?key=${key}`, none)).status).toBe(401);
  const own = withKeyInUrl.served.key;
  const { status, body } = await fetchBare(`${withKeyInUrl.root}companies?key=${own}`, {
    prefer: 'maxpagesize=1',
  });
  expect(status).toBe(200);
  expect(body['@odata.nextLink']).toContain(`key=${own}`);
  expect(withKeyInUrl.served.log()).not.toContain(own);
});

async function fetchBare(url: string, headers: Record<string, string>) {
  const response = await fetch(url, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('links begin with the public address where one is set, and with no X-Forwarded- header', async () => {
  const { body } = await withKeyInUrl.get('companies?$top=1', {
    'x-forwarded-host': 'evil.example',
  });
  expect(body['@odata.context']).toBe('https://data.example.kz/api/odata/$metadata#companies');
  const { body: own } = await service.get('companies?$top=1', { 'x-forwarded-proto': 'https' });
  expect(own['@odata.context']).toBe(`${service.root}$metadata#companies`);
});

test('who lacks the right to read marts, or may ask trusted documents alone, reads nothing', async () => {
  const other = await service.keyWith({ rights: 'quality:read' });
  expect(await service.refusal('financing', { authorization: `Bearer ${other}` })).toEqual({
    status: 403,
    message: 'This needs the right marts:read, which the caller does not have.',
  });
  const trusted = await service.keyWith({ trustedOnly: true });
  expect((await service.get('', { authorization: `Bearer ${trusted}` })).status).toBe(403);
});

test('rows that show a BIN are in the ledger with who read them', async () => {
  const key = await service.keyWith({ name: 'reader of BINs', rights: 'marts:read,bin:read' });
  const headers = { authorization: `Bearer ${key}` };
  const rows = await service.rows(
    'financing?$select=bin&$filter=bin ne null&$orderby=reportId',
    headers,
  );
  expect(rows.map(({ bin }) => bin)).toEqual([BIN, BIN, '180140000020']);
  await service.rows(
    'financing?$select=reportId&$expand=company($select=bin)&$filter=year eq 2020',
    headers,
  );
  const operations = new Set<unknown>();
  await until(async () => {
    const { rows: found } = await service.database.knex.raw<{
      rows: { operation: string; rows: string }[];
    }>(`select operation, rows from access.ledger where caller_name = 'reader of BINs'`);
    for (const { operation } of found) operations.add(operation);
    return found.reduce((sum, entry) => sum + Number(entry.rows), 0) === 4;
  });
  expect(operations).toEqual(new Set(['odata financing']));
});

test('a request that changes something is refused by 405, and one that is no HTTP does no harm', async () => {
  const response = await fetch(`${service.root}financing`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.served.key}`, 'content-type': 'application/json' },
    body: '{}',
  });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  const { error } = (await response.json()) as { error: { message: string } };
  expect(error.message).toBe('/odata cannot be asked by POST; use GET.');
});

test('OData-Version stands once in the head of an answer', async () => {
  const { port, hostname } = new URL(service.root);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET /odata/companies HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${service.served.key}\r\nConnection: close\r\n\r\n`,
  );
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  expect(answer.match(/^odata-version: 4\.0\r$/gim)).toHaveLength(1);
});
