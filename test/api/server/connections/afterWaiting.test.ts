import { createKey, revokeKey } from '../../../../src/api/access/keys/keys';
import { withSession } from '../../../../src/ground/database/session';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';
import {
  post,
  publishVersion,
  serveTest,
  until,
  type Answer,
  type ServedDatabase,
} from '../support';

/** What each caller may have under way, whether others ask or not; all others of it wait for their turn. */
const SHARE = 6;
const REFUSED = { status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } };

let database: TestDatabase;
let served: ServedDatabase;
/** Keeps no answers. */
let forgetful: ServedDatabase;
/** Without the compiled way. */
let resolved: ServedDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 8 });
  await givenPublication(database.knex);
  await givenRows(database.knex, 'gold.financing', [{ year: 2024 }]);
  const options = { product: true, database, poolSize: 10 };
  const config = { CONNECTIONS_PER_KEY: SHARE };
  served = await serveTest({ ...options, config });
  forgetful = await serveTest({ ...options, config: { ...config, ANSWER_CACHE_BYTES: 0 } });
  resolved = await serveTest({ ...options, config, compiled: false });
});
afterAll(async () => {
  await resolved.stop();
  await forgetful.stop();
  await served.stop();
});

let made = 0;
const newKey = () =>
  createKey(database.knex, { name: `reader ${(made += 1)}`, rights: 'marts:read,bin:read' });
/** Of like questions the first would answer the others. */
const newQuery = () => `{ q${(made += 1)}: financing { nodes { bin year } } }`;

async function waitingForTable(): Promise<number> {
  const { rows } = await database.knex.raw<{ rows: unknown[] }>(
    `select from pg_locks where relation = 'gold.financing'::regclass and not granted`,
  );
  return rows.length;
}

/** Does the work while nobody can read gold.financing. */
async function withTableLocked(work: (open: () => Promise<unknown>) => Promise<void>) {
  await withSession(database.knex, async (session) => {
    await session.query('begin');
    await session.query('lock table gold.financing in access exclusive mode');
    await work(() => session.query('rollback'));
  });
}

test('a request that waits for its turn is not answered once its key is revoked', async () => {
  for (const each of [served, forgetful, resolved]) {
    const { id, key } = await newKey();
    await withTableLocked(async (open) => {
      const asked = Array.from({ length: SHARE + 6 }, () =>
        post({ url: each.url, key }, newQuery()),
      );
      await until(async () => (await waitingForTable()) === SHARE);
      await revokeKey(database.knex, id);
      // Those under way are ended, which would let those begin that wait: they would stand at the table too.
      // Not by answers: a request that comes after the revocation is answered before those under way end.
      await until(async () => (await waitingForTable()) === 0);
      await open();
      for (const answer of await Promise.all(asked)) expect(answer).toMatchObject(REFUSED);
    });
  }
});

test('who waits for what another caller reads gets nothing of it once its own key is revoked', async () => {
  for (const each of [served, resolved]) {
    const [first, second] = [await newKey(), await newKey()];
    const query = newQuery();
    await withTableLocked(async (open) => {
      const leading = post({ url: each.url, key: first.key }, query);
      await until(async () => (await waitingForTable()) === 1);
      const joining = post({ url: each.url, key: second.key }, query);
      // A later request of it has been recognised, and so was that one.
      await post({ url: each.url, key: second.key }, '{ dataVersion { id } }');
      await revokeKey(database.knex, second.id);
      await until(
        async () => (await post({ url: each.url, key: second.key }, '{ a')).status === 401,
      );
      await open();
      expect(await joining).toMatchObject(REFUSED);
      expect(await leading).toMatchObject({ status: 200 });
    });
  }
});

test('a request that waits while data is published is of the new version, and takes nothing that is known of it', async () => {
  const other = await newKey();
  const ask = (query: string) => post({ url: served.url, key: other.key }, query);
  const known = '{ dataVersion { id } }';
  let queued: Promise<Answer>[] = [];
  let version = '';
  await withTableLocked(async (open) => {
    const { key } = await newKey();
    queued = Array.from({ length: SHARE + 1 }, () => post({ url: served.url, key }, newQuery()));
    await until(async () => (await waitingForTable()) === SHARE);
    version = await publishVersion(database);
    await until(async () => (await ask(known)).text.includes(`"id":"${version}"`));
    // It is kept from the second time on.
    for (let time = 0; time < 2; time += 1) await ask(known);
    await open();
  });
  const answers = await Promise.all(queued);
  expect(answers.at(-1)?.body.extensions?.['dataVersion']).toMatchObject({ id: version });
  const before = await knownAnswers();
  await ask(known);
  expect(await knownAnswers()).toBe(before + 1);
});

async function knownAnswers(): Promise<number> {
  const text = await (await fetch(`${served.url}/metrics`)).text();
  return Number(/^techorda_quick_answers_total\{way="known"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}
