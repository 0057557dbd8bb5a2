import { setTimeout as pause } from 'node:timers/promises';
import { createKey } from '../../../../src/api/access/keys/keys';
import { withSession } from '../../../../src/ground/database/session';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import { createTestDatabase } from '../../../support/databases/database';
import { serveTest, until, type ServedDatabase } from '../support';

let served: ServedDatabase;
let key: string;
beforeAll(async () => {
  const database = await createTestDatabase();
  await givenPublication(database.knex);
  await givenRows(database.knex, 'gold.financing', [{ year: 2024 }]);
  ({ key } = await createKey(database.knex, { name: 'reader', rights: 'marts:read' }));
  served = await serveTest({ product: true, database });
});
afterAll(() => served.stop());

/** Statements that read the mart, or wait to. */
async function reading(): Promise<number> {
  const { rows } = await served.database.knex.raw<{ rows: { statements: number }[] }>(
    `select count(*)::integer as statements from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state = 'active' and query like '%"gold"."financing"%'`,
  );
  return rows[0]?.statements ?? 0;
}

test('the query of who hangs up is asked no second time, and costs nobody else an answer', async () => {
  const ask = (signal?: AbortSignal) =>
    fetch(`${served.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify({ query: '{ financing(first: 1) { nodes { year } } }' }),
      ...(signal && { signal }),
    });
  const hangUp = new AbortController();
  await withSession(served.database.knex, async (session) => {
    await session.query('begin');
    await session.query('lock table gold.financing in access exclusive mode');
    const asked = ask(hangUp.signal).catch(() => undefined);
    await until(async () => (await reading()) === 1);
    hangUp.abort();
    await asked;
    await until(async () => (await reading()) === 0);
    // Long enough for the resolvers to begin with it, were they to.
    await pause(300);
    expect(await reading()).toBe(0);
    await session.query('rollback');
  });
  const answer = await ask();
  expect(await answer.json()).toMatchObject({ data: { financing: { nodes: [{ year: 2024 }] } } });
});
