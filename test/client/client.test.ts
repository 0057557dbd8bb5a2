import { connect, TechordaError } from '../../client/connect';
import { everyNode } from '../../client/everyNode';
import { Catalogue, Company, FinancingPage } from '../../client/generated/operations';
import { runTypeScript } from '../support/programs/childProcess';
import { givenPublication, givenRows } from '../support/databases/gold';
import { serveTest, type ServedDatabase } from '../api/server/support';
import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';

let served: ServedDatabase;
beforeAll(async () => {
  served = await serveTest({ product: true });
  const { knex } = served.database;
  await givenPublication(knex);
  await givenRows(knex, 'gold.general_indicators', [
    { service_request_id: 1, year: 2023, report_type: 'quarter1', income_total: '100.10' },
    { service_request_id: 1, year: 2023, report_type: 'yearly', income_total: '900000000000.25' },
    { service_request_id: 2, year: 2024, report_type: 'quarter1', income_total: '5.00' },
  ]);
  await knex('silver.service_requests').insert([
    { service_request_id: 1, certificate_number: '1001' },
    { service_request_id: 2, certificate_number: '1002' },
  ]);
  await givenRows(
    knex,
    'gold.financing',
    ['1001', '1001', '7'].map((certificate_number, index) => ({
      service_request_id: 1,
      year: 2023,
      report_type: `quarter${index + 1}`,
      certificate_number,
      loan_funds: `${index}.50`,
    })),
  );
});
afterAll(() => served.stop());

const techorda = (key = served.key) => connect({ url: `${served.url}/graphql`, key });

async function refused(asking: Promise<unknown>): Promise<TechordaError> {
  const error = await asking.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof TechordaError) return error;
  throw new Error(`Expected a TechordaError, not ${String(error)}.`);
}

test('the example asks a running server, and prints captions, exact totals and all pages', async () => {
  const { ended } = runTypeScript(join(projectFolder, 'client', 'example.ts'), [], {
    env: {
      ...process.env,
      TECHORDA_URL: `${served.url}/graphql`,
      TECHORDA_KEY: served.key,
      TECHORDA_YEAR: '2023',
    },
  });
  expect(await ended).toEqual({
    code: 0,
    output: [
      'Отчётный год | Общий доход',
      '2023 | 900000000000.25',
      '2024 | 5.00',
      '2023: 3 reports, 1 with a conflicting certificate',
      '',
    ].join('\n'),
  });
});

test('the example says why the server refuses', async () => {
  const { ended } = runTypeScript(join(projectFolder, 'client', 'example.ts'), [], {
    env: { ...process.env, TECHORDA_URL: `${served.url}/graphql`, TECHORDA_KEY: 'nobody' },
  });
  expect(await ended).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^UNAUTHENTICATED: /),
  });
});

test('pages are read one after the other, each once and only when wanted', async () => {
  const asked: (string | null)[] = [];
  const nodes = everyNode(async (after) => {
    asked.push(after);
    return (await techorda().ask(FinancingPage, { first: 2, after })).financing;
  });
  const read: (string | null)[] = [];
  for await (const { loanFunds } of nodes) {
    expect(asked).toHaveLength(read.length < 2 ? 1 : 2);
    read.push(loanFunds);
  }
  expect(read).toEqual(['0.50', '1.50', '2.50']);
  expect(asked).toEqual([null, expect.any(String)]);
});

test('variables may be left out where none is required', async () => {
  const { financing } = await techorda().ask(FinancingPage);
  expect(financing.nodes).toHaveLength(3);
  // @ts-expect-error A language is required.
  expect((await refused(techorda().ask(Catalogue))).code).toBe('BAD_USER_INPUT');
});

test('what the server refuses is thrown with its code and status', async () => {
  const error = await refused(techorda().ask(Company, {}));
  expect(error).toMatchObject({ code: 'BAD_USER_INPUT', errors: [{ path: ['company'] }] });
  expect(await refused(techorda('nobody').ask(Company, { id: '1' }))).toMatchObject({
    status: 401,
    code: 'UNAUTHENTICATED',
  });
});

test('an answer that is no JSON is an error with its status', async () => {
  const gateway = connect({
    url: served.url,
    key: served.key,
    fetch: () => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 })),
  });
  expect(await refused(gateway.ask(Company, { id: '1' }))).toMatchObject({
    status: 502,
    code: undefined,
    message: 'The server answered 502.',
  });
});

test('a request can be given up', async () => {
  const asking = techorda().ask(Catalogue, { lang: 'EN' }, { signal: AbortSignal.abort() });
  await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
});
