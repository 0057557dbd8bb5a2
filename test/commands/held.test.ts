import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { reportMarts } from '../support/databases/marts';
import { techorda } from '../support/programs/runCommand';
import { change, loadRecords, reportRow } from '../support/databases/warehouse';

const REPORTS = 10_000;

let warehouse: TestDatabase;
let lastOffset = 0;

const report = (id: number, bin: string | undefined) => {
  lastOffset += 1;
  const data = { certificate_number: `C${id}`, ...(bin && { company_tin: bin }) };
  return change(reportRow(id, { service_request_id: id, data }), { offset: lastOffset });
};

async function command(...args: readonly string[]) {
  const running = techorda(args, { DATABASE_URL: warehouse.url });
  return { code: await running.ended, said: running.said() };
}

beforeAll(async () => {
  warehouse = await createTestDatabase();
  const reports = Array.from({ length: REPORTS }, (_, index) => report(index + 1, '010240000011'));
  await loadRecords(warehouse.knex, reports);
  await refresh(warehouse.knex, { reason: 'first' });
  await loadRecords(
    warehouse.knex,
    Array.from({ length: 20 }, (_, index) => report(index + 1, undefined)),
  );
});
afterAll(() => warehouse.drop());

test('techorda refresh ends with 3 where gates hold the run, and says which, where, and what to do', async () => {
  const { code, said } = await command('refresh');
  expect(code).toBe(3);
  expect(said).toContain(
    'Run 2 is held back by data-quality gates: nothing of it is published, and the last version is served.\n',
  );
  expect(said).toMatch(
    /^ {2}HELD {6}20 of the 10,000 rows of gold\.exports fail bin_missing, which is 0\.2 %; expected at most 0\.1 %\.\n {12}such as report_id \d+ service_request_id \d+, /m,
  );
  expect(said).toContain('To publish all the same: techorda release 2 --by NAME --why TEXT\n');
  expect(said).not.toContain('010240000011');
});

test('asked again, it says at once that it is still held', async () => {
  const { code, said } = await command('refresh');
  expect(code).toBe(3);
  expect(said).toContain('Nothing is new since run 2 was held back by data-quality gates');
});

test('techorda status says what is held, beside the version that is served', async () => {
  const { code, said } = await command('status');
  expect(code).toBe(0);
  expect(said).toMatch(/^Data version {4}1, published /);
  expect(said).toMatch(/^ +2 {2}HELD /m);
  expect(said).toMatch(
    /^Held back {7}run \d, by data-quality gates; the last version is served\n {2}HELD {6}20 of /m,
  );
  const held = JSON.parse((await command('status', '--json')).said) as { held: unknown };
  expect(held.held).toMatchObject({ gates: { length: reportMarts.length } });
});

test('a release of another run, or without a name and a reason, is refused', async () => {
  expect(await command('release', '1', '--by', 'A', '--why', 'B')).toMatchObject({ code: 1 });
  const { code, said } = await command('release', '2', '--by', 'A');
  expect(code).toBe(1);
  expect(said).toContain("required option '--why <text>' not specified");
});

test('techorda release says what passes from now on; the next refresh publishes, and the status says by whom', async () => {
  const { said: status } = await command('status');
  const run = /techorda release (\d+) /.exec(status)?.[1] ?? '';
  const released = await command('release', run, '--by', 'Duty', '--why', 'Forms without BIN');
  expect(released).toMatchObject({ code: 0 });
  expect(released.said).toContain(
    'Released: bin_missing of gold.exports, for what is no worse, until it passes by itself again.\n',
  );
  const { code, said } = await command('refresh');
  expect(code).toBe(0);
  expect(said).toMatch(/^Published data version 2 in /m);
  expect(said).toMatch(/^ {2}RELEASED {2}20 of the 10,000 rows of gold\.exports fail/m);
  const after = await command('status');
  expect(after.said).toMatch(
    /^ {2}bin_missing of gold\.exports, by Duty on .*: Forms without BIN$/m,
  );
  expect(after.said).not.toContain('Held back');
});
