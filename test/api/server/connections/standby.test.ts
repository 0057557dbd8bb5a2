import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainingFailures } from '../../../../src/commands/preparing/databaseFailures';
import { createKey } from '../../../../src/api/access/keys/keys';
import { connect } from '../../../../src/ground/database/connecting/connect';
import { CARELESS_SETTINGS } from '../../../../src/ground/database/embedded/serverSettings';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../../src/ground/database/embedded/startEmbeddedPostgres';
import { migrate } from '../../../../src/ground/database/migrating/migrate';
import { refresh } from '../../../../src/warehouse/refresh/run/refresh';
import { failureOf } from '../../../../src/api/server/basis/failure';
import { createTestDatabase } from '../../../support/databases/database';
import { techorda } from '../../../support/programs/runCommand';
import { change, loadRecords, reportRow } from '../../../support/databases/warehouse';
import { post } from '../support';

let folder: string;
let server: EmbeddedPostgres;
let key: string;

const start = () =>
  startEmbeddedPostgres({
    dataDir: folder,
    settings: { ...CARELESS_SETTINGS, shared_buffers: '16MB' },
  });

/** A server with published data that has become a standby since, of a primary that is not there. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `techorda-test-${process.pid}-`));
  server = await start();
  const database = connect(server.url, { poolSize: 4, applicationName: 'techorda test' });
  await migrate(database);
  await loadRecords(database, [change(reportRow(1, { service_request_id: 1 }), { offset: 1 })]);
  await refresh(database, { reason: 'first' });
  ({ key } = await createKey(database, { name: 'x', rights: 'marts:read,bin:read,refresh:run' }));
  await database.destroy();
  await server.stop();
  await writeFile(join(folder, 'postgres', 'standby.signal'), '', { mode: 0o644 });
  server = await start();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a standby is read from, and a change is UNAVAILABLE or refused with a sentence', async () => {
  const settings = { DATABASE_URL: server.url, PORT: '0' };
  const refreshing = techorda(['refresh'], settings);
  expect([await refreshing.ended, refreshing.said()]).toEqual([
    1,
    'The database takes no changes, and this command makes some: it is a standby. Let DATABASE_URL name the primary.\n',
  ]);
  const serving = techorda(['serve'], settings);
  await serving.says(/The API listens on/);
  const url = /listens on (\S+)/.exec(serving.said())?.[1] ?? '';
  try {
    expect(await post({ url, key }, '{ financing { totalCount } }')).toMatchObject({
      status: 200,
      body: { data: { financing: { totalCount: 1 } } },
    });
    const { body } = await post({ url, key }, 'mutation { refresh { __typename } }');
    expect(body.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
  } finally {
    serving.child.kill('SIGTERM');
    expect(await serving.ended).toBe(0);
  }
});

test.each([
  [
    '53100',
    /^The disk of the database is full \(could not extend file\); what was not finished is rolled back\./,
    'UNAVAILABLE',
  ],
  ['53200', /^The database has too little memory for this/, 'UNAVAILABLE'],
  [
    '42501',
    /^This account of the database may not do that: could not extend file\. docs\/database\.md/,
    'INTERNAL_SERVER_ERROR',
  ],
  [
    'XX001',
    /^The database failed: could not extend file \(SQLSTATE XX001\)\.$/,
    'INTERNAL_SERVER_ERROR',
  ],
])(
  'what PostgreSQL fails with (%s) is a sentence for commands and callers',
  async (code, told, shown) => {
    const { knex, drop } = await createTestDatabase();
    const failing = () =>
      knex.raw(
        `do $$ begin raise exception using errcode = '${code}', message = 'could not extend file'; end $$`,
      );
    try {
      await expect(explainingFailures(knex, failing)).rejects.toThrow(told);
      const error: unknown = await failing().catch((error: unknown) => error);
      expect(failureOf(error, 1_000).code).toBe(shown);
    } finally {
      await drop();
    }
  },
);
