import { join } from 'node:path';
import { connect } from '../../../src/ground/database/connecting/connect';
import { valuesOf } from '../../../src/ground/database/rows/dataRow';
import {
  PoolerRefused,
  refuseHandedOnSessions,
} from '../../../src/ground/database/connecting/poolerModes';
import { TextRows } from '../../../src/ground/database/rows/textRows';
import { runTypeScript } from '../../support/programs/childProcess';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { startPooler, type Pooler, type PoolerOptions } from '../../support/databases/pooler';
import { projectFolder } from '../../../src/ground/projectFolder';

const program = join(projectFolder, 'src', 'cli.ts');

let database: TestDatabase;
let poolers: Pooler[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(poolers.splice(0).map((pooler) => pooler.close()));
});
afterAll(() => database.drop());

async function through(options: PoolerOptions): Promise<string> {
  const pooler = await startPooler(database.url, options);
  poolers = [...poolers, pooler];
  return pooler.url;
}

async function judge(url: string): Promise<string> {
  const pool = connect(url, { poolSize: 2, applicationName: 'techorda test' });
  try {
    return await refuseHandedOnSessions(pool).then(
      () => 'fit',
      (error: unknown) => (error instanceof PoolerRefused ? 'refused' : String(error)),
    );
  } finally {
    await pool.destroy();
  }
}

test('PostgreSQL itself and a pooler of sessions are fit', async () => {
  expect(await judge(database.url)).toBe('fit');
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await judge(await through({ mode: 'session', servers: 6 }))).toBe('fit');
  }
});

test('a pooler of sessions that has one connection for us is no pooler of transactions', async () => {
  expect(await judge(await through({ mode: 'session', servers: 1 }))).toBe('fit');
});

test.each([1, 2, 3, 4, 7, 20])(
  'a pooler of transactions with %i server connections is refused, whichever it takes next',
  async (servers) => {
    for (const next of ['last', 'first'] as const) {
      expect(await judge(await through({ mode: 'transaction', servers, next }))).toBe('refused');
    }
  },
);

test.each([['serve'], ['worker'], ['start'], ['migrate'], ['refresh'], ['keys', 'list']])(
  'techorda %s behind such a pooler ends with a sentence',
  async (...args) => {
    const url = await through({ mode: 'transaction', servers: 3 });
    const { ended } = runTypeScript(program, args, {
      env: { ...process.env, DATABASE_URL: url, PORT: '0', LOG_LEVEL: 'error' },
    });
    const { code, output } = await ended;
    expect(output).toContain(
      'DATABASE_URL leads to a pooler that gives the statements of one connection to',
    );
    expect(code).toBe(1);
  },
);

test('no process runs the statement that another has prepared, though both share connections', async () => {
  const url = await through({ mode: 'transaction', servers: 2, next: 'first' });
  const pools = [1, 2].map(() => connect(url, { poolSize: 1, applicationName: 'techorda test' }));
  const readers = pools.map((pool) => new TextRows(pool));
  let answered = 0;
  for (let turn = 0; turn < 60; turn += 1) {
    for (const [no, reader] of readers.entries()) {
      const own = `statement ${turn % 7} of reader ${no}`;
      // What is prepared elsewhere under this name, or not here, is a failure.
      const rows = await reader
        .read({ text: `select '${own}'`, values: [] })
        .rows.catch(() => undefined);
      if (!rows) continue;
      answered += 1;
      expect(rows.map((row) => valuesOf(row).map(String))).toEqual([[own]]);
    }
  }
  expect(answered).toBeGreaterThan(10);
  await Promise.all(pools.map((pool) => pool.destroy()));
});
