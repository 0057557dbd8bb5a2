import { createTestDatabase } from '../support/database';

test('a test database holds the tables of each layer', async () => {
  const { knex, drop } = await createTestDatabase();
  const { rows } = await knex.raw(
    "select table_schema as schema from information_schema.tables where table_schema in ('bronze', 'silver', 'gold') group by 1 order by 1",
  );
  expect(rows).toEqual([{ schema: 'bronze' }, { schema: 'gold' }, { schema: 'silver' }]);
  await drop();
});
