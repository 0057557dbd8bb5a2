import { createKey } from '../../../src/api/access/keys/keys';
import { forgetClearBins } from '../../../src/api/access/ledger/clearBinCounts';
import { bufferLedger } from '../../../src/api/access/ledger/ledgerBuffer';
import { readLedger } from '../../../src/api/access/ledger/readLedger';
import { holdClock, type HeldClock } from '../../support/clock';
import { givenPseudonym, givenPublication, givenRows } from '../../support/databases/gold';
import { fetchJson, post, serveTest, until, type ServedDatabase } from './support';

const BIN = '180140000012';
const PSEUDONYM = '777777900001';
const BINS = '{ financing { nodes { bin } } }';

let served: ServedDatabase;
let clock: HeldClock;
let reader: { id: string; key: string };

beforeAll(async () => {
  clock = holdClock();
  served = await serveTest({ product: true, config: { LEDGER_BULK_ROWS: 8 } });
  const { knex } = served.database;
  await givenPublication(knex);
  await givenPseudonym(knex, BIN, PSEUDONYM);
  await knex('silver.companies').insert({ company_id: 17, name: 'ТОО «Байт»', tin: BIN });
  await givenRows(knex, 'gold.financing', [
    { report_id: 1, company_id: 17, bin: BIN, bin_pseudonym: PSEUDONYM },
    { report_id: 2, company_id: 17, bin: BIN, bin_pseudonym: PSEUDONYM, year: 2020 },
    { report_id: 3, company_id: null, bin: null },
    { report_id: 4, bin: '777777000000', bin_pseudonym: '777777900002' },
  ]);
  reader = await createKey(knex, { name: 'reader', rights: 'marts:read,bin:read' });
});
afterAll(async () => {
  await served.stop();
  clock.release();
});

const reading = (query: string, key = reader.key) => post({ url: served.url, key }, query);

async function entries(caller: string | undefined, kind: string) {
  const read = () => readLedger(served.database.knex, { kind, caller });
  await until(async () => (await read()).length > 0);
  return read();
}

test('every read of clear BINs is on record: who, by what operation, how many rows', async () => {
  await reading('query Bins { financing { nodes { number: bin company { bin } } } }');
  const [entry] = await entries(reader.id, 'CLEAR_BINS');
  expect(entry).toMatchObject({
    caller: reader.id,
    callerName: 'reader',
    operation: 'Bins',
    // Two rows of the mart, and the company that both name.
    rows: 3,
    times: 1,
  });
  expect(entry?.document).toMatch(/^[0-9a-f]{64}$/);
  expect(served.log()).toContain('"clearBins":3');
});

test.each([
  ['a cursor by BIN', '{ financing(orderBy: [{field: BIN}]) { pageInfo { endCursor } } }', 2],
  ['a group by BIN', '{ financingGroups(by: [BIN]) { nodes { key { bin } } } }', 1],
  ['a page below a company', '{ company(id: "17") { name financing { nodes { bin } } } }', 2],
  ['a company', '{ company(id: "17") { bin } }', 1],
])('%s shows BINs too', async (name, query, rows) => {
  const { id, key } = await createKey(served.database.knex, {
    name,
    rights: 'marts:read,bin:read',
  });
  await reading(query, key);
  expect(await entries(id, 'CLEAR_BINS')).toMatchObject([{ rows }]);
});

test('an answer that is given again is a read again', async () => {
  const wish = { name: 'again', rights: 'marts:read,bin:read' };
  const { id, key } = await createKey(served.database.knex, wish);
  const query = '{ financing { nodes { bin year } } }';
  for (let time = 0; time < 3; time += 1) await reading(query, key);
  const read = () => readLedger(served.database.knex, { caller: id });
  await until(async () => (await read()).reduce((sum, { times }) => sum + times, 0) === 3);
  expect((await read()).reduce((sum, { rows }) => sum + rows, 0)).toBe(6);
});

test('a year whose BINs nobody masks shows them as well, and pseudonyms are none', async () => {
  const { id, key } = await createKey(served.database.knex, {
    name: 'masked',
    rights: 'marts:read',
  });
  await reading('{ financing { nodes { bin company { bin } } } }', key);
  expect(await entries(id, 'CLEAR_BINS')).toMatchObject([{ rows: 1 }]);
});

test('who asks for no BIN reads none', async () => {
  const { id, key } = await createKey(served.database.knex, {
    name: 'names',
    rights: 'marts:read,bin:read',
  });
  await reading('{ financing { nodes { id company { name } } } }', key);
  await reading('{ nothing }', key);
  // What is recorded after it is there: so would it be.
  const next = await createKey(served.database.knex, {
    name: 'bins',
    rights: 'marts:read,bin:read',
  });
  await reading(BINS, next.key);
  await entries(next.id, 'CLEAR_BINS');
  expect(await readLedger(served.database.knex, { caller: id })).toEqual([]);
});

test('look-ups, refusals and changes of keys are on record', async () => {
  const { knex } = served.database;
  const looker = await createKey(knex, { name: 'looker', rights: 'marts:read,bin:lookup' });
  await reading(`query Who { company(bin: "${BIN}") { name } }`, looker.key);
  expect(await entries(looker.id, 'LOOKUP')).toMatchObject([
    { operation: 'Who', times: 1, rows: 0 },
  ]);

  await reading('query Quality { dataQuality { defectCount } }', looker.key);
  expect(await entries(looker.id, 'REFUSED')).toMatchObject([
    { operation: 'Quality', subject: 'FORBIDDEN' },
  ]);
  await fetchJson(`${served.url}/graphql?query={__typename}`, {
    headers: { 'x-api-key': 'tg_no' },
  });
  expect(await readLedger(knex, { kind: 'key_created' })).toContainEqual(
    expect.objectContaining({ caller: 'command line', subject: looker.id }),
  );
  await until(async () =>
    (await readLedger(knex, { kind: 'REFUSED' })).some(
      ({ caller, subject }) => caller === null && subject === 'UNAUTHENTICATED',
    ),
  );
  const all = JSON.stringify(await readLedger(knex, {}));
  expect(all).not.toContain(BIN);
  expect(all).not.toContain('tg_');
});

test('a gate that somebody lets pass is on record', async () => {
  const { knex } = served.database;
  await knex('refresh.releases').insert({
    run_id: 7,
    gate: 'ROW_COUNT',
    table_name: 'gold.financing',
    value: 1,
    released_by: 'Aigul',
    why: 'as announced',
  });
  expect(await readLedger(knex, { kind: 'GATE_RELEASED' })).toMatchObject([
    { caller: 'Aigul', subject: 'run 7, ROW_COUNT of gold.financing' },
  ]);
});

test('who reads many in an hour, by whichever process, is told of once by a metric and in the log', async () => {
  const { knex } = served.database;
  const other = await serveTest({
    product: true,
    database: { ...served.database, drop: async () => undefined },
    config: { LEDGER_BULK_ROWS: 8 },
  });
  try {
    const wish = { name: 'bulk reader', rights: 'marts:read,bin:read' };
    const { id, key } = await createKey(knex, wish);
    const servers = [served, other];
    const alarms = async () => {
      const metrics = servers.map(async ({ url }) => (await fetch(`${url}/metrics`)).text());
      const counts = (await Promise.all(metrics)).map((text) =>
        Number(/^techorda_bulk_reads_total (\d+)$/m.exec(text)?.[1]),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    };
    const rows = async () => {
      const counted = knex('access.clear_bin_counts').where({ caller: id });
      return Number((await counted.sum<{ sum: string }[]>('rows'))[0]?.sum ?? 0);
    };
    const before = await alarms();
    // Two rows each time: neither server shows as many as eight.
    for (const read of [4, 8]) {
      for (const { url } of servers) await post({ url, key }, BINS);
      await until(async () => (await rows()) === read);
    }
    expect(await alarms()).toBe(before);
    for (const { url } of servers) await post({ url, key }, BINS);
    await until(async () => (await alarms()) > before);
    await until(async () => (await rows()) === 12);
    expect(await alarms()).toBe(before + 1);
    const logged = servers.flatMap(({ log }) =>
      log()
        .split('\n')
        .filter((line) => line.includes('a caller reads many clear BINs')),
    );
    expect(logged.filter((line) => line.includes(`"keyId":"${id}"`))).toHaveLength(1);
  } finally {
    await other.stop();
  }
});

test('the counts of a caller are the sums of its entries, and those of hours that are over are forgotten', async () => {
  const { knex } = served.database;
  const hour = 3_600_000;
  const now = Date.now();
  const buffer = bufferLedger(knex, { onTrouble: () => undefined, onCounted: () => undefined });
  const entry = { kind: 'CLEAR_BINS', caller: 'sums' } as const;
  buffer.record({ ...entry, operation: 'One', rows: 3 });
  buffer.record({ ...entry, operation: 'Two', rows: 4 });
  await buffer.flush();
  buffer.record({ ...entry, operation: 'One', rows: 5 });
  await buffer.close();
  const counts = () => knex('access.clear_bin_counts').where({ caller: 'sums' }).pluck('rows');
  const summed = (await counts()).reduce((sum, rows) => sum + Number(rows), 0);
  expect(summed).toBe(12);
  expect(
    (await readLedger(knex, { caller: 'sums' })).reduce((sum, { rows }) => sum + rows, 0),
  ).toBe(12);
  await forgetClearBins(knex, now + hour);
  expect(await counts()).not.toEqual([]);
  await forgetClearBins(knex, now + 3 * hour);
  expect(await counts()).toEqual([]);
});

test('entries can be neither changed nor removed', async () => {
  const { knex } = served.database;
  for (const change of [
    'update access.ledger set rows = 0',
    'delete from access.ledger',
    'truncate access.ledger',
  ]) {
    await expect(knex.raw(change)).rejects.toThrow(
      'Entries of the ledger are neither changed nor removed.',
    );
  }
});

async function ledgerMetrics() {
  const text = await (await fetch(`${served.url}/metrics`)).text();
  const valueOf = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    techorda_ledger_waiting: valueOf('techorda_ledger_waiting'),
    techorda_ledger_wait_seconds: valueOf('techorda_ledger_wait_seconds'),
  };
}

test('what cannot be recorded is not answered', async () => {
  const { knex } = served.database;
  await knex.raw('alter table access.ledger rename to ledger_gone');
  try {
    expect((await reading('{ financing { nodes { bin } } }')).status).toBe(200);
    clock.forward(10_000);
    const waiting = await ledgerMetrics();
    expect(waiting.techorda_ledger_waiting).toBeGreaterThan(0);
    expect(waiting.techorda_ledger_wait_seconds).toBeGreaterThanOrEqual(10);
    await until(async () => {
      const { status, body } = await reading('{ financing { nodes { bin } } }');
      if (status === 200) return false;
      expect(status).toBe(503);
      expect(body.data).toBeUndefined();
      expect(body.errors?.[0]?.extensions['code']).toBe('UNAVAILABLE');
      return true;
    });
    expect((await reading('{ financing { nodes { id } } }')).status).toBe(200);
  } finally {
    await knex.raw('alter table access.ledger_gone rename to ledger');
  }
  const before = (await readLedger(knex, { caller: reader.id })).length;
  await until(async () => (await readLedger(knex, { caller: reader.id })).length > before);
  expect((await reading('{ financing { nodes { bin } } }')).status).toBe(200);
});

test('what one caller does by one operation within a moment is one entry, and the end loses none', async () => {
  const { knex } = served.database;
  let now = Date.now();
  const buffer = bufferLedger(knex, { onTrouble: () => undefined, clock: () => now });
  const entry = { kind: 'CLEAR_BINS', caller: 'many', operation: 'Page' } as const;
  for (let time = 0; time < 1_000; time += 1) buffer.record({ ...entry, rows: 3 });
  expect(buffer.longestWait()).toBe(0);
  now += 400;
  buffer.record({ ...entry, operation: 'Other', rows: 1 });
  expect([buffer.waiting(), buffer.longestWait()]).toEqual([2, 400]);
  await buffer.close();
  expect([buffer.waiting(), buffer.longestWait()]).toEqual([0, 0]);
  expect(await readLedger(knex, { caller: 'many' })).toMatchObject([
    { operation: 'Page', rows: 3_000, times: 1_000 },
    { operation: 'Other', rows: 1, times: 1 },
  ]);
});
