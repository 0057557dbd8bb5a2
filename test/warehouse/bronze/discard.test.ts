import {
  discardQuarantine,
  DiscardRefused,
  type DiscardWish,
} from '../../../src/warehouse/bronze/discard';
import { replayQuarantine } from '../../../src/warehouse/bronze/replay';
import { discard, printQuarantine } from '../../../src/commands/quarantine';
import {
  countQuarantine,
  readDiscarded,
  readQuarantine,
} from '../../../src/api/query/records/quarantine';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import {
  MAX_EVENT_BYTES,
  change,
  dumpLine,
  emptyWarehouse,
  loadLines,
  reportRow,
} from '../../support/databases/warehouse';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

const large = dumpLine(
  change(reportRow(1, { remarks: 'x'.repeat(MAX_EVENT_BYTES) }), { offset: 1 }),
);
const SAID = { by: 'operator', why: 'The end of a log that kcat wrote.' };

beforeEach(async () => {
  await emptyWarehouse(warehouse.knex);
  await loadLines(warehouse.knex, ['% Reached end', large, '% Reached end of topic']);
});

const waiting = async () => {
  const records = await readQuarantine(warehouse.knex, null, 10);
  expect(await countQuarantine(warehouse.knex)).toBe(records.length);
  return records.map(({ id }) => id);
};

async function printed(print: (write: (text: string) => void) => Promise<void>): Promise<string> {
  let text = '';
  await print((more) => (text += more));
  return text;
}

test('what is discarded waits no more, and is kept with who discarded it and why', async () => {
  const [first = '', second, third] = await waiting();
  expect(await discardQuarantine(warehouse.knex, { ids: [first], ...SAID })).toBe(1);
  expect(await waiting()).toEqual([second, third]);
  expect(await readDiscarded(warehouse.knex, 10)).toMatchObject([
    { id: first, reasonCode: 'NOT_JSON', discardedBy: 'operator', why: SAID.why },
  ]);
  const kept = await warehouse.knex('bronze.quarantine').where({ quarantine_id: first }).first();
  expect(String(kept.record)).toBe('% Reached end');
});

test('who discards and why are told within one line', async () => {
  const [id = ''] = await waiting();
  const said = { by: 'operator\nroot', why: 'known\r\n  so far' };
  await discardQuarantine(warehouse.knex, { ids: [id], ...said });
  const told = await printed((write) =>
    printQuarantine(warehouse.knex, { discarded: true }, write),
  );
  expect(told).toMatch(/ discarded by operator root at \S+: known so far\n/);
});

test('all that wait for one reason are discarded together', async () => {
  const text = await printed((write) =>
    discard(warehouse.knex, { ids: [], code: 'NOT_JSON', ...SAID }, write),
  );
  expect(text).toBe('2 discarded, and kept: techorda quarantine list --discarded.\n');
  const listed = await readQuarantine(warehouse.knex, null, 10);
  expect(listed.map(({ reasonCode }) => reasonCode)).toEqual(['TOO_LARGE']);
  const told = await printed((write) =>
    printQuarantine(warehouse.knex, { discarded: true }, write),
  );
  expect(
    told.match(/NOT_JSON .*\n +discarded by operator at \d{4}-\S+Z: The end of a log/g),
  ).toHaveLength(2);
});

test('what was discarded is not quarantined anew by another load of the same dump', async () => {
  await discardQuarantine(warehouse.knex, { ids: await waiting(), ...SAID });
  expect(await loadLines(warehouse.knex, ['% Reached end', large])).toMatchObject({
    known: 0,
    unreadable: 2,
    quarantined: 0,
  });
  expect(await waiting()).toEqual([]);
});

test('a replay passes over what was discarded, unless it is asked to try that too', async () => {
  await discardQuarantine(warehouse.knex, { ids: await waiting(), ...SAID });
  const replayed = (discardedToo: boolean) =>
    replayQuarantine(warehouse.knex, 10 * MAX_EVENT_BYTES, { discardedToo });
  expect(await replayed(false)).toEqual({ released: 0, connector: {}, kept: 0 });
  expect(await replayed(true)).toEqual({ released: 1, connector: {}, kept: 2 });
  const left = await readDiscarded(warehouse.knex, 10);
  expect(left.map(({ reasonCode }) => reasonCode)).toEqual(['NOT_JSON', 'NOT_JSON']);
});

test.each<[Partial<DiscardWish> & { ids: string[] }, string]>([
  [{ ids: [] }, 'quarantine discard takes ids, or --code for all that wait for one reason'],
  [{ ids: ['1'], code: 'NOT_JSON' }, 'expected one of the two.'],
  [{ ids: ['x'] }, 'The id is "x"; expected a number that "techorda quarantine list" shows.'],
  [{ ids: ['999999'] }, 'No record 999999 waits in quarantine'],
  [
    { code: 'NOT_JSON', ids: [], why: '  ' },
    '--why has 0 characters; expected a sentence that says why',
  ],
])('the wish %j is refused in one sentence, and discards nothing', async (wish, sentence) => {
  const before = await waiting();
  const ids = wish.ids.includes('999999') ? [...before, ...wish.ids] : wish.ids;
  const discarding = discardQuarantine(warehouse.knex, { ...SAID, ...wish, ids });
  await expect(discarding).rejects.toThrow(DiscardRefused);
  await expect(discarding).rejects.toThrow(sentence);
  expect(await waiting()).toEqual(before);
});
