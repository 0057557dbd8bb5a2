import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { reportMarts } from '../support/databases/marts';
import { change, loadRecords, reportRow } from '../support/databases/warehouse';
import { askAgainAndAgain, serveProduct } from './serveProduct';
import { figure, thorough } from './support';

const PUBLICATIONS = thorough ? 100 : 8;
const READERS = thorough ? 8 : 3;
const MARTS = reportMarts.map(({ rootField }) => rootField);
const QUESTION = `{ ${MARTS.map((mart) => `${mart}(first: 1) { totalCount nodes { id } }`).join(' ')} }`;

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

/** Adds one report, and publishes: the id of the version says how many reports each mart has in it. */
async function publishOneMore(id: number): Promise<void> {
  await loadRecords(warehouse.knex, [
    change(reportRow(id, { service_request_id: id }), { offset: id }),
  ]);
  await refresh(warehouse.knex, { reason: 'test', full: id % 10 === 0 });
}

test('publications under load give no mixed, no empty and no failed answer', async () => {
  await publishOneMore(1);
  const product = await serveProduct(warehouse.url);
  const first = await product.ask(QUESTION);
  const versionOf = ({ body }: typeof first) =>
    Number((body.extensions?.['dataVersion'] as { id: string }).id);
  const begin = versionOf(first);
  const readers = Array.from({ length: READERS }, () => askAgainAndAgain(product, QUESTION));
  const begun = performance.now();
  for (let id = 2; id <= 1 + PUBLICATIONS; id += 1) await publishOneMore(id);
  const seconds = (performance.now() - begun) / 1_000;
  const met = await Promise.all(readers.map((stop) => stop()));
  const last = await product.ask(QUESTION);
  await product.close();
  const answers = [...met.flatMap(({ answers }) => answers), last];
  for (const answer of answers) {
    expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
    const reports = 1 + versionOf(answer) - begin;
    for (const mart of MARTS) {
      const { totalCount, nodes } = answer.body.data?.[mart] as {
        totalCount: number;
        nodes: unknown[];
      };
      expect([mart, totalCount, nodes.length]).toEqual([mart, reports, 1]);
    }
  }
  expect(versionOf(last)).toBe(begin + PUBLICATIONS);
  const versions = new Set(answers.map(versionOf)).size;
  figure(
    `${PUBLICATIONS} publications in ${seconds.toFixed(1)} s under ${READERS} readers: ${answers.length} answers of ${versions} versions, none mixed, empty or failed`,
  );
}, 300_000);
