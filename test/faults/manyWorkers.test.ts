import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { runTypeScript } from '../support/programs/childProcess';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { allRows, loadLines } from '../support/databases/warehouse';
import { figure, holdPublication, lockHolder, realLines, thorough, until } from './support';
import { supportProgram } from '../support/places';

const CROWDS = thorough ? [2, 3, 5, 10] : [3];
const program = supportProgram('runRefresh');

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

const versions = async () =>
  Number((await warehouse.knex('refresh.data_versions').count('* as count').first())?.['count']);

test('of two to ten processes that refresh at once, one applies', async () => {
  const lines = realLines(0.01);
  for (const [index, crowd] of CROWDS.entries()) {
    await loadLines(warehouse.knex, lines.slice(0, (lines.length * (index + 1)) / CROWDS.length));
    const before = await versions();
    const hold = await holdPublication(warehouse.url);
    const programs = Array.from({ length: crowd }, () => runTypeScript(program, [warehouse.url]));
    // All but one have met the one that is about to publish.
    const waiting = programs.map(async (running) => {
      await running.line(/^waits/).catch(() => undefined);
    });
    let met = 0;
    for (const one of waiting) void one.then(() => (met += 1));
    await until(() => met >= crowd - 1, 60);
    const freed = performance.now();
    await hold.end();
    const ended = await Promise.all(programs.map((running) => running.ended));
    const outcomes = ended.map(({ output }) => /^done: (\w+)/m.exec(output)?.[1]).sort();
    const idle = Array<string>(crowd - 1).fill('UNCHANGED');
    expect(outcomes).toEqual(['PUBLISHED', ...idle]);
    expect(await versions()).toBe(before + 1);
    expect(await lockHolder(warehouse.knex)).toBeUndefined();
    figure(
      `${crowd} processes at once: one published, ${crowd - 1} found nothing to do, all ended ${Math.round(performance.now() - freed)} ms after`,
    );
  }
  const rows = await allRows(warehouse.knex);
  await refresh(warehouse.knex, { reason: 'rebuild', full: true });
  expect(await allRows(warehouse.knex)).toEqual(rows);
}, 300_000);
