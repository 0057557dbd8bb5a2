import { createKey } from '../../../../src/api/access/keys/keys';
import { refresh } from '../../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { techorda, type Started } from '../../../support/programs/runCommand';
import { change, dumpLine, loadRecords, reportRow } from '../../../support/databases/warehouse';
import { post } from '../support';

const READ_ONLY =
  'The database takes no changes, and this command makes some: default_transaction_read_only is on (set by ALTER DATABASE), as managed services set it when the disk is full. This program does not override it; take it back, or let DATABASE_URL name another account.\n';
const RAW_SQL = /\$\d|\b(insert into|update|select|delete from)\b.*\b(from|set|values|where)\b/i;

const report = (id: number) => change(reportRow(id, { service_request_id: id }), { offset: id });

let warehouse: TestDatabase;
let keys: { operator: string; reader: string };
beforeAll(async () => {
  warehouse = await createTestDatabase();
  await loadRecords(warehouse.knex, [report(1)]);
  await refresh(warehouse.knex, { reason: 'first' });
  const make = async (rights: string) =>
    (await createKey(warehouse.knex, { name: rights, rights })).key;
  keys = {
    operator: await make('marts:read,quality:read,refresh:run,keys:manage'),
    reader: await make('marts:read'),
  };
  // The views are made by the first command that migrates; afterwards nothing is to be written.
  expect(await techorda(['migrate'], { DATABASE_URL: warehouse.url }).ended).toBe(0);
  await warehouse.knex.raw(
    `do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$`,
  );
});
afterAll(() => warehouse.drop());

const begin = (...args: readonly string[]): Started =>
  techorda(args, { DATABASE_URL: warehouse.url, PORT: '0', LOG_LEVEL: 'warn' });

test.each([
  [['status']],
  [['keys', 'list']],
  [['ledger']],
  [['quarantine', 'list']],
  [['migrate']],
])('%s reads a database that takes no changes', async (args) => {
  const running = begin(...args);
  expect([await running.ended, running.said()]).toEqual([0, expect.not.stringMatching(RAW_SQL)]);
});

test.each([
  [['keys', 'create', '--name', 'x', '--rights', 'marts:read']],
  [['keys', 'revoke', '1']],
  [['refresh']],
  [['reconcile']],
  [['ingest', '-']],
  [['quarantine', 'discard', '--code', 'NOT_JSON', '--by', 'x', '--why', 'x']],
  [['roles', '--prefix', 'readonly']],
  [['worker']],
  [['start', '--no-demo']],
])('%s says in one sentence that the database takes no changes', async (args) => {
  const running = begin(...args);
  running.child.stdin?.end(`${dumpLine(report(2))}\n`);
  expect(await running.ended).toBe(1);
  expect(running.said()).toContain(READ_ONLY);
  expect(running.said()).not.toMatch(RAW_SQL);
});

test('the API reads on, and its mutations are UNAVAILABLE with a sentence', async () => {
  const serving = begin('serve');
  await serving.says(/The API listens on/);
  const url = /listens on (\S+)/.exec(serving.said())?.[1] ?? '';
  const ask = (query: string, key = keys.operator) => post({ url, key }, query);
  try {
    expect(await ask('{ financing { totalCount } }', keys.reader)).toMatchObject({
      status: 200,
      body: { data: { financing: { totalCount: 1 } } },
    });
    for (const mutation of [
      'mutation { refresh { __typename } }',
      'mutation { createKey(name: "x", rights: ["marts:read"]) { __typename } }',
      'mutation { revokeKey(id: "2") { __typename } }',
    ]) {
      const { body } = await ask(mutation);
      expect([mutation, body.errors]).toEqual([
        mutation,
        [
          expect.objectContaining({
            message:
              'The database takes no changes at the moment, so that nothing was changed. Reading goes on; try again later.',
            extensions: expect.objectContaining({ code: 'UNAVAILABLE' }) as unknown,
          }),
        ],
      ]);
    }
    expect(serving.said()).not.toContain('INTERNAL_SERVER_ERROR');
  } finally {
    serving.child.kill('SIGTERM');
    expect(await serving.ended).toBe(0);
  }
});
