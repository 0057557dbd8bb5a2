import { connect } from '../../src/database/connect';
import { createTestDatabase, type TestDatabase } from '../support/database';

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
    await expect(pool.raw('select pg_sleep(20)')).rejects.toMatchObject({ code: '57014' });
  } finally {
    await pool.destroy();
  }
});
