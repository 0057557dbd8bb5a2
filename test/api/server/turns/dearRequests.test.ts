import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKey } from '../../../../src/api/access/keys/keys';
import { withSession } from '../../../../src/ground/database/session';
import { loadModel } from '../../../../src/api/model/read/loadModel';
import { createSchema } from '../../../../src/api/resolvers/schema';
import { readTrustedDocuments } from '../../../../src/api/server/documents/trustedDocuments';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { fetchJson, serveTest, until, type ServedDatabase } from '../support';

/** What one key that asks alone may have under way of dear queries, and what of all its queries. */
const DEAR = 2;
const ALONE = 6;

const DOCUMENT =
  'query Financing($f: FinancingFilter) { financing(filter: $f) { nodes { year } } }';

let served: ServedDatabase;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'documents-'));
  writeFileSync(join(folder, 'financing.graphql'), DOCUMENT);
  const documents = readTrustedDocuments(folder, createSchema(loadModel()));
  const config = { CONNECTIONS_PER_KEY: 3 };
  served = await serveTest({ product: true, documents, poolSize: 10, config });
  const { knex } = served.database;
  await givenPublication(knex);
  await givenRows(knex, 'gold.financing', [{ year: 2024 }]);
});
afterAll(async () => {
  await served.stop();
  rmSync(folder, { recursive: true });
});

let made = 0;
const newKey = () =>
  createKey(served.database.knex, { name: `key ${(made += 1)}`, rights: 'marts:read' });
const contains = (times: number) => ({
  or: Array.from({ length: times }, () => ({ companyName: { contains: `x${(made += 1)}` } })),
});
const cheap = () => contains(1);
const dear = () => contains(400);

const post = (key: string, body: object) =>
  fetchJson(`${served.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify(body),
  });
const byText = (key: string, f: object) => post(key, { query: DOCUMENT, variables: { f } });
const documentId = `sha256:${createHash('sha256').update(DOCUMENT).digest('hex')}`;
const byDocument = (key: string, f: object) => post(key, { documentId, variables: { f } });

async function waitingForTable(): Promise<number> {
  const { rows } = await served.database.knex.raw<{ rows: unknown[] }>(
    `select from pg_locks where relation = 'gold.financing'::regclass and not granted`,
  );
  return rows.length;
}

test.each([
  ['by their text', byText],
  ['as trusted documents', byDocument],
])('a key has few dear queries under way, asked %s, and many cheap ones', async (_, ask) => {
  const { key } = await newKey();
  const asked: ReturnType<typeof ask>[] = [];
  await withSession(served.database.knex, async (session) => {
    await session.query('begin');
    await session.query('lock table gold.financing in access exclusive mode');
    for (let time = 0; time < 5; time += 1) asked.push(ask(key, dear()));
    await until(async () => (await waitingForTable()) === DEAR);
    for (let time = 0; time < 10; time += 1) asked.push(ask(key, cheap()));
    await until(async () => (await waitingForTable()) === ALONE);
    await session.query('rollback');
  });
  for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ status: 200 });
});

test('while another key asks, a key has one dear query under way', async () => {
  const [{ key }, { key: other }] = [await newKey(), await newKey()];
  const asked: ReturnType<typeof byText>[] = [];
  await withSession(served.database.knex, async (session) => {
    await session.query('begin');
    await session.query('lock table gold.financing in access exclusive mode');
    asked.push(byText(other, cheap()));
    await until(async () => (await waitingForTable()) === 1);
    for (let time = 0; time < 5; time += 1) asked.push(byText(key, dear()));
    await until(async () => (await waitingForTable()) === 2);
    asked.push(byText(key, cheap()));
    await until(async () => (await waitingForTable()) === 3);
    await session.query('rollback');
  });
  for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ status: 200 });
});
