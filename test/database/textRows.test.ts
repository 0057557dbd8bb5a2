import { connect } from '../../src/database/connect';
import { constantNumber, constantText, sql } from '../../src/database/sql';
import { TextRows } from '../../src/database/textRows';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
});
afterAll(() => database.drop());

test('a connection that has prepared as many statements as it may is replaced, and no answer is lost', async () => {
  const troubles: string[] = [];
  const knex = connect(database.url, {
    poolSize: 1,
    applicationName: 'techorda test',
    onTrouble: (message) => troubles.push(message),
  });
  try {
    const rows = new TextRows(knex);
    const backends = new Set<string | null | undefined>();
    let most = 0;
    for (let number = 0; number < 320; number += 1) {
      const [row] = await rows.read(
        sql`select ${constantNumber(number)} + ${1}::integer, pg_backend_pid(), (select count(*) from pg_prepared_statements)`,
      ).rows;
      expect(row?.[0]).toBe(String(number + 1));
      backends.add(row?.[1]);
      most = Math.max(most, Number(row?.[2]));
    }
    expect(backends.size).toBe(2);
    expect(most).toBeLessThanOrEqual(300);
    expect(troubles).toEqual([expect.stringContaining('has prepared as many statements')]);
  } finally {
    await knex.destroy();
  }
});

test('what stands in a statement as it is cannot be anything but fixed characters and whole numbers', () => {
  expect(constantText('{"id":"Financing:').text).toBe(`'{"id":"Financing:'`);
  for (const text of ["it's", 'a\\b', 'what?', '$1', 'é', '\n']) {
    expect(() => constantText(text)).toThrow('cannot stand in a statement');
  }
  for (const number of [-1, 1.5, NaN, Infinity, 2 ** 53]) {
    expect(() => constantNumber(number)).toThrow('cannot stand in a statement');
  }
});
