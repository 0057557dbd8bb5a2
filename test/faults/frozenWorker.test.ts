import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { plannedSteps } from '../../src/warehouse/refresh/record/plan';
import { runTypeScript } from '../support/programs/childProcess';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { allRows, loadLines } from '../support/databases/warehouse';
import { figure, holdPublication, lockHolder, realLines, thorough } from './support';
import { supportProgram } from '../support/places';

const FREEZES = thorough ? 20 : 2;
const program = supportProgram('runRefresh');

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
  // A minute by default, which would make this a long test.
  await warehouse.knex.raw(
    `do $$ begin execute format(
       'alter database %I set idle_in_transaction_session_timeout = ''1s''', current_database());
     end $$`,
  );
});
afterAll(() => warehouse.drop());

const versions = async () =>
  Number((await warehouse.knex('refresh.data_versions').count('* as count').first())?.['count']);

test('a worker that is frozen past its time-outs and thawed after another took over publishes nothing', async () => {
  const lines = realLines(thorough ? 0.1 : 0.01);
  await loadLines(warehouse.knex, lines.slice(0, 100));
  await refresh(warehouse.knex, { reason: 'first' });
  const steps = plannedSteps();
  let longest = 0;
  for (let round = 1; round <= FREEZES; round += 1) {
    await loadLines(warehouse.knex, lines.slice(0, Math.ceil((lines.length * round) / FREEZES)));
    const before = await versions();
    // However far it comes, it does not come to its commit.
    const hold = await holdPublication(warehouse.url);
    const holder = runTypeScript(program, [warehouse.url]);
    const step = round % 2 === 1 ? 'publish' : steps[Math.floor(Math.random() * steps.length)];
    await holder.line(new RegExp(`^step: ${step ?? 'publish'}$`));
    holder.process.kill('SIGSTOP');
    const frozen = performance.now();
    await hold.end();
    const { status } = await refresh(warehouse.knex, { reason: 'other' });
    expect(status).toBe('PUBLISHED');
    longest = Math.max(longest, performance.now() - frozen);
    const rows = await allRows(warehouse.knex);
    holder.process.kill('SIGCONT');
    expect((await holder.ended).output).toMatch(/^failed: /m);
    expect(await versions()).toBe(before + 1);
    expect(await allRows(warehouse.knex)).toEqual(rows);
    expect(await lockHolder(warehouse.knex)).toBeUndefined();
  }
  const rows = await allRows(warehouse.knex);
  await refresh(warehouse.knex, { reason: 'rebuild', full: true });
  expect(await allRows(warehouse.knex)).toEqual(rows);
  figure(
    `${FREEZES} workers frozen in the midst of a run, with a time-out of 1 s: another had published at most ${Math.round(longest)} ms after; all ${FREEZES} late commits were refused`,
  );
}, 600_000);
