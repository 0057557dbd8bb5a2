import { ServerResponse } from 'node:http';
import { createTestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { fetchJson, post, serveTest, until, type ServedDatabase } from '../support';

let served: ServedDatabase;
beforeAll(async () => {
  const database = await createTestDatabase();
  await givenPublication(database.knex);
  await givenRows(database.knex, 'gold.financing', [{ year: 2024 }]);
  served = await serveTest({ product: true, database });
  // From now on the newest version is known, and requests go through the front.
  await until(async () => (await post(served, '{ dataVersion { id } }')).status === 200);
});
afterAll(() => served.stop());
afterEach(() => jest.restoreAllMocks());

const QUERY = '{ financing { nodes { year } } }';
let made = 0;
const newQuery = () => `{ q${(made += 1)}: financing { nodes { year } } }`;

/** The next head that a server writes is one that cannot be sent. */
function failOnce(): void {
  jest.spyOn(ServerResponse.prototype, 'writeHead').mockImplementationOnce(() => {
    throw new Error('The head cannot be sent.');
  });
}

const askByGet = (query: string) =>
  fetchJson(`${served.url}/graphql?${new URLSearchParams({ query }).toString()}`, {
    headers: { 'x-api-key': served.key },
  });
const askByPost = (query: string) => post(served, query);

test.each([
  ['known, by GET', askByGet, () => QUERY],
  ['known, by POST', askByPost, () => QUERY],
  ['read for the first time', askByPost, newQuery],
])(
  'an answer that cannot be sent is an internal error, and ends nothing else: %s',
  async (_, ask, query) => {
    for (let time = 0; time < 3; time += 1) await ask(QUERY);
    failOnce();
    const failed = await ask(query());
    expect(failed).toMatchObject({
      status: 500,
      body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
    expect(failed.headers.get('cache-control')).toBe('no-store');
    const { requestId } = failed.body.errors?.[0]?.extensions ?? {};
    expect(failed.headers.get('x-request-id')).toBe(requestId);
    const line = served
      .log()
      .split('\n')
      .find((each) => each.includes(String(requestId)));
    expect(line).toMatch(/The head cannot be sent.*internal error/);
    expect(await ask(query())).toMatchObject({ status: 200 });
  },
);
