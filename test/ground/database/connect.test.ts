import { connect } from '../../../src/ground/database/connecting/connect';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('a statement outside of any transaction ends at the time that its pool sets', async () => {
  const pool = connect(database.url, {
    poolSize: 1,
    applicationName: 'techorda test',
    statementTimeout: 50,
  });
  try {
    await expect(pool.raw('select pg_sleep(300)')).rejects.toMatchObject({ code: '57014' });
  } finally {
    await pool.destroy();
  }
});

test('no statement is compiled by the server, whatever that is set to', async () => {
  const pool = connect(database.url, { poolSize: 1, applicationName: 'techorda test' });
  try {
    const { rows } = await pool.raw<{ rows: unknown[] }>(
      `select setting, source from pg_settings where name = 'jit'`,
    );
    expect(rows).toEqual([{ setting: 'off', source: 'session' }]);
  } finally {
    await pool.destroy();
  }
});
