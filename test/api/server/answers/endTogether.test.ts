import { once } from 'node:events';
import { connect } from 'node:net';
import { createKey } from '../../../../src/api/access/keys/keys';
import { createTestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { serveTest, type ServedDatabase } from '../support';

let served: ServedDatabase;
let key: string;
beforeAll(async () => {
  const database = await createTestDatabase();
  await givenPublication(database.knex);
  await givenRows(database.knex, 'gold.financing', [{ year: 2023 }, { year: 2024 }]);
  ({ key } = await createKey(database.knex, { name: 'reader', rights: 'marts:read' }));
  served = await serveTest({ product: true, database });
});
afterAll(() => served.stop());

const bodyFor = (year: number) =>
  JSON.stringify({ query: `{ financing(filter: { year: { eq: ${year} } }) { nodes { year } } }` });

async function ask(year: number): Promise<string> {
  const response = await fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: bodyFor(year),
  });
  return response.text();
}

/** Asks all of it at once over one connection, and reads until the server closes it. */
async function askTogether(years: readonly number[]): Promise<string> {
  const requests = years.map((year, index) => {
    const last = index === years.length - 1 ? 'connection: close\r\n' : '';
    const body = bodyFor(year);
    return `POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\n${last}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  });
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
  socket.write(requests.join(''));
  let answers = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answers += text));
  await once(socket, 'close');
  return answers;
}

test('known answers that are asked for in one moment come in their order, among others that are not known', async () => {
  const known = [await ask(2023), await ask(2023)];
  expect(known[0]).toBe(known[1]);
  const years = [2023, 2024, 2023, 2023, 2025, 2023];
  const answers = await askTogether(years);
  const expected = years.map((year) => (year === 2025 ? '[]' : `[{"year":${year}}]`));
  const nodes = [...answers.matchAll(/"nodes":(\[.*?\])/g)].map(([, list]) => list);
  expect(nodes).toEqual(expected);
});

test('who leaves before its answer costs nobody else theirs', async () => {
  await ask(2024);
  await ask(2024);
  for (let time = 0; time < 10; time += 1) {
    const leaving = connect(Number(new URL(served.url).port), '127.0.0.1');
    const body = bodyFor(2024);
    leaving.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      () => leaving.resetAndDestroy(),
    );
    expect(await ask(2024)).toContain('"nodes":[{"year":2024}]');
  }
});
