import type { Knex } from 'knex';
import { connect } from '../../../src/ground/database/connecting/connect';
import { valuesOf, type DataRow } from '../../../src/ground/database/rows/dataRow';
import { constantNumber, constantText, sql, type Sql } from '../../../src/ground/database/sql';
import { TextRows } from '../../../src/ground/database/rows/textRows';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
});
afterAll(() => database.drop());

const textOf = (value: Buffer | null | undefined) => value?.toString() ?? null;
const valueOf = (row: DataRow | undefined, index: number) => textOf(row && valuesOf(row)[index]);

/** Works over one connection, whose troubles are told. */
async function overOne(
  work: (rows: TextRows, knex: Knex, troubles: readonly string[]) => Promise<void>,
): Promise<void> {
  const troubles: string[] = [];
  const knex = connect(database.url, {
    poolSize: 1,
    applicationName: 'techorda test',
    onTrouble: (message) => troubles.push(message),
  });
  try {
    await work(new TextRows(knex), knex, troubles);
  } finally {
    await knex.destroy();
  }
}

test('a statement that fails is told as before, and the connection goes on with rows of all kinds', async () => {
  await overOne(async (rows, knex) => {
    const texts = async (statement: Sql) =>
      (await rows.read(statement).rows).map((row) => valuesOf(row).map(textOf));
    const long = 'Қазақстан '.repeat(50_000);
    for (let round = 0; round < 2; round += 1) {
      await expect(texts(sql`select 1 / ${0}::integer`)).rejects.toThrow('division by zero');
      // It fails when some of its rows are on their way.
      await expect(
        texts(
          sql`select repeat('x', 10000), 1 / (${20}::integer - no) from generate_series(1, 30) as no`,
        ),
      ).rejects.toThrow('division by zero');
      expect(
        await texts(sql`select ${long}::text, null, '', no from generate_series(1, 2) as no`),
      ).toEqual([
        [long, null, '', '1'],
        [long, null, '', '2'],
      ]);
      expect(await texts(sql`select where false`)).toEqual([]);
      expect(await texts(sql`select`)).toEqual([[]]);
      expect((await knex.raw<{ rows: unknown[] }>('select 7 as seven')).rows).toEqual([
        { seven: 7 },
      ]);
    }
  });
});

test('a column that becomes another costs one statement, and a backend that is ended one', async () => {
  await overOne(async (rows, knex) => {
    await knex.raw(
      'create table changing (amount numeric(20, 2)); insert into changing values (1)',
    );
    const amount = async () =>
      valueOf((await rows.read(sql`select amount from changing`).rows)[0], 0);
    expect(await amount()).toBe('1.00');
    await knex.raw('alter table changing alter amount type numeric(21, 3)');
    await expect(amount()).rejects.toThrow('must not change result type');
    expect(await amount()).toBe('1.000');

    await expect(
      rows.read(sql`select pg_terminate_backend(pg_backend_pid())`).rows,
    ).rejects.toThrow('terminating connection');
    expect(await amount()).toBe('1.000');
  });
});

test('values of every kind arrive as what they are', async () => {
  await overOne(async (rows) => {
    const [row] = await rows.read(
      sql`select ${'Қ"'}::text, ${1.5}::numeric, ${true}::boolean, ${null}::text, ${['a,b', '"', 'NULL', null]}::text[]`,
    ).rows;
    expect(row && valuesOf(row).map(textOf)).toEqual([
      'Қ"',
      '1.5',
      't',
      null,
      '{"a,b","\\"","NULL",NULL}',
    ]);
  });
});

test('a statement that is stopped takes no other statement with it', async () => {
  await overOne(async (rows) => {
    for (let time = 0; time < 20; time += 1) {
      // It is stopped when it is about to end, and the connection goes to the next at once.
      const stopped = rows.read(sql`select pg_sleep(${time / 2_000}::float8)`);
      const next = rows.read(sql`select pg_sleep(0.03), ${time}::integer`);
      await new Promise((resolve) => setTimeout(resolve, time / 2 + 1));
      stopped.stop();
      await stopped.rows.catch(() => undefined);
      expect(valueOf((await next.rows)[0], 1)).toBe(String(time));
    }
    const never = rows.read(sql`select 1`);
    never.stop();
    await expect(never.rows).rejects.toThrow('stopped before it began');
    expect(valueOf((await rows.read(sql`select 2`).rows)[0], 0)).toBe('2');
  });
});

test('a connection that has prepared as many statements as it may is replaced, and no answer is lost', async () => {
  await overOne(async (rows, _, troubles) => {
    const backends = new Set<string | null | undefined>();
    let most = 0;
    for (let number = 0; number < 320; number += 1) {
      const [row] = await rows.read(
        sql`select ${constantNumber(number)} + ${1}::integer, pg_backend_pid(), (select count(*) from pg_prepared_statements)`,
      ).rows;
      expect(valueOf(row, 0)).toBe(String(number + 1));
      backends.add(valueOf(row, 1));
      most = Math.max(most, Number(valueOf(row, 2)));
    }
    expect(backends.size).toBe(2);
    expect(most).toBeLessThanOrEqual(300);
    expect(troubles).toEqual([expect.stringContaining('has prepared as many statements')]);
  });
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
