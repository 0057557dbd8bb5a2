import { writeFileSync } from 'node:fs';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import type { Started } from '../support/programs/runCommand';
import { change, dumpLine, reportRow, type GivenRecord } from '../support/databases/warehouse';
import { ScratchProduct } from './scratchProduct';

/**
 * Follows CONTRIBUTING.md in a copy of the product: a system with a table by UUIDs, a further table of it by
 * texts, a landed system by two columns, marts over them, and no line of src/.
 */

const BIN = '010240000011';
const OTHER_BIN = '020340000012';
const UUIDS = [1, 2, 3].map((no) => `0f8fad5b-d9cb-469f-a165-70867728950${no}`);

let database: TestDatabase;
let product: ScratchProduct;
let serving: Started;
let url: string;
let reader: string;
let masked: string;
let offset = 0;

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  product = new ScratchProduct(database.url);
  for (const step of ['source', 'table', 'landed', 'report-mart', 'event-mart']) product.add(step);
  await product.generate();
  await product.techorda('migrate');
  reader = await keyOf('reader', 'marts:read,bin:read,quality:read');
  masked = await keyOf('masked', 'marts:read');
});
afterAll(async () => {
  if (serving !== undefined) {
    serving.child.kill();
    await serving.ended;
  }
  product.remove();
  await database.drop();
});

async function keyOf(name: string, rights: string): Promise<string> {
  const made = await product.techorda(
    'keys',
    'create',
    '--name',
    name,
    '--rights',
    rights,
    '--json',
  );
  return (JSON.parse(made) as { key: string }).key;
}

/** A record in an envelope, as a connector or a loader gives it. */
function record(
  topic: string,
  key: Readonly<Record<string, unknown>>,
  row: Readonly<Record<string, unknown>> | null,
): GivenRecord {
  offset += 1;
  const source = { ts_ms: 1_767_573_379_428 + offset, snapshot: 'false', lsn: offset };
  const after = row && { ...key, ...row };
  const before = row ? null : key;
  return { topic, offset, key, payload: { before, after, source, op: row ? 'c' : 'd' } };
}

const workshop = (no: number, row: Readonly<Record<string, unknown>> | null) =>
  record(
    'example.public.workshops',
    { id: UUIDS[no] },
    row && {
      title: `Семинар ${no}`,
      held_at: '2026-01-05T19:30:00Z',
      hall: 'A',
      company_bin: BIN,
      form: '{"seats": 20}',
      organizer: 'Асель Серикова',
      ...row,
    },
  );
const hall = (code: string, name: string) => record('example.public.halls', { code }, { name });
const visit = (no: number, badge: number, row: Readonly<Record<string, unknown>> | null) =>
  record('example_landed.visits', { workshop_id: UUIDS[no], badge }, row);

async function load(...records: readonly GivenRecord[]): Promise<string> {
  const dump = product.path('dump.ndjson');
  writeFileSync(dump, `${records.map(dumpLine).join('\n')}\n`);
  return await product.techorda('ingest', dump);
}

async function serve(): Promise<void> {
  serving = product.serve();
  await serving.says(/listens on/);
  url = /http:\/\/[\d.]+:\d+/.exec(serving.said())?.[0] ?? '';
}

async function ask<Data>(key: string, query: string): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

async function read(table: string, order: string): Promise<Record<string, unknown>[]> {
  return await database.knex(table).orderBy(order);
}

test('events of keys of any type are loaded, and an unreadable one is put aside', async () => {
  const reports = [1, 2].map((id) => {
    offset += 1;
    const data = {
      company_tin: BIN,
      oked: '62.01',
      collection_amount: id * 100,
      investor_amount: id,
    };
    return change(reportRow(id, { report_type: `quarter${id}`, data }), { offset });
  });
  offset += 1;
  const company = change(
    { id: 1, name: 'ТОО «Арман»', tin: BIN },
    { offset, table: 'account_company' },
  );
  const said = await load(
    company,
    ...reports,
    workshop(0, {}),
    workshop(1, { company_bin: OTHER_BIN, hall: 'B' }),
    workshop(2, { form: '{"seats": "many"}' }),
    record('example.public.workshops', { id: 'no UUID' }, { held_at: '2026-01-05T19:30:00Z' }),
    hall('A', 'Большой зал'),
    visit(0, 1, { minutes: 30 }),
    visit(0, 2, { minutes: 45 }),
    visit(1, 1, { minutes: 10 }),
  );
  expect(said).toContain('10 new, 0 known before, 1 quarantined');
});

test('the refresh makes their rows, and names what it could not read', async () => {
  expect(await product.techorda('refresh')).toContain('Published');
  expect(await read('silver.workshops', 'workshop_id')).toMatchObject([
    { workshop_id: UUIDS[0], title: 'Семинар 0', hall_code: 'A', company_bin: BIN, seats: 20 },
    { workshop_id: UUIDS[1], company_bin: OTHER_BIN, hall_code: 'B' },
    { workshop_id: UUIDS[2], seats: null },
  ]);
  expect(await read('silver.workshop_visits', 'visit_id')).toMatchObject([
    { visit_id: `["${UUIDS[0]}",1]`, workshop_id: UUIDS[0], minutes: 30 },
    { minutes: 45 },
    { minutes: 10 },
  ]);
  expect(
    await database.knex('silver.defects').where('source_table', 'like', 'example%'),
  ).toMatchObject([{ source_table: 'example.workshops', key_id: UUIDS[2], column_name: 'seats' }]);
  expect(await read('gold.workshops', 'workshop_id')).toMatchObject([
    { workshop_id: UUIDS[0], hall: 'Большой зал', visitors: 2, minutes: 75, bin: BIN },
    { workshop_id: UUIDS[1], hall: null, visitors: 1, minutes: 10 },
    { workshop_id: UUIDS[2], visitors: 0, minutes: null },
  ]);
  expect(await database.knex('gold.rollups').where({ mart: 'gold.workshops' })).toEqual([]);
  expect(
    await database
      .knex('gold.rollups')
      .where({ mart: 'gold.collections', keys: 'year,oked', measure: 'collection_amount' }),
  ).toMatchObject([{ key_values: ['62.01'], sum: '300.00' }]);
});

test('a refresh of what changed gives the rows of a rebuild, whichever row another reads', async () => {
  await load(
    hall('A', 'Малый зал'),
    hall('B', 'Новый зал'),
    workshop(1, null),
    visit(0, 2, null),
    // It was counted for one workshop, and is for another.
    visit(2, 7, { minutes: 5 }),
    workshop(2, {
      ...{ company_bin: OTHER_BIN, held_at: '2026-02-01T00:00:00Z', form: '{"seats": "many"}' },
    }),
  );
  await product.techorda('refresh');
  const kept = await read('gold.workshops', 'workshop_id');
  expect(kept).toMatchObject([
    { workshop_id: UUIDS[0], hall: 'Малый зал', visitors: 1, minutes: 30 },
    { workshop_id: UUIDS[2], visitors: 1, minutes: 5, bin: OTHER_BIN },
  ]);
  expect(await product.techorda('reconcile')).toContain('There is no difference.');
  await product.techorda('refresh', '--full');
  expect(await read('gold.workshops', 'workshop_id')).toEqual(kept);
});

/** Differences that the comparisons of five nights find. */
async function foundInFiveNights(): Promise<string[]> {
  const said = await product.run(`
    const { connect } = require('./dist/ground/database/connecting/connect.js');
    const { reconcile } = require('./dist/warehouse/reconcile/reconcile.js');
    const database = connect(process.env.DATABASE_URL, { poolSize: 2, applicationName: 'test' });
    (async () => {
      for (let night = 0; night < 5; night += 1) {
        const found = await reconcile(database, { nights: 5, now: new Date(night * 86_400_000) });
        for (const { table, kind } of found.differences) console.log(table + ' ' + kind);
      }
    })().finally(() => database.destroy());`);
  return said.split('\n').slice(0, -1).sort();
}

test('the comparisons of all nights find what was changed behind the back of the refresh, and nothing else', async () => {
  expect(await foundInFiveNights()).toEqual([]);
  await database.knex('gold.workshops').where({ workshop_id: UUIDS[0] }).update({ minutes: 31 });
  await database.knex('silver.halls').where({ hall_code: 'B' }).delete();
  await database.knex('gold.collections').where({ report_id: 2 }).update({ oked: '62.02' });
  expect(await foundInFiveNights()).toEqual([
    'gold.collections CHANGED',
    'gold.workshops CHANGED',
    'silver.halls MISSING',
  ]);
  await product.techorda('refresh', '--full');
  expect(await foundInFiveNights()).toEqual([]);
});

test('a gate holds a mart of events whose BIN has no pseudonym, and says which by its key', async () => {
  await database.knex('silver.bin_pseudonyms').where({ bin: OTHER_BIN }).delete();
  await load(visit(2, 8, { minutes: 6 }));
  await expect(product.techorda('refresh')).rejects.toThrow(
    new RegExp(`ended with 3:[^]*fail bin_unknown[^]*workshop_id ${UUIDS[2]}`),
  );
  await load(visit(2, 8, null));
  expect(await product.techorda('refresh', '--full')).toContain('Published');
});

test('rows are the same after the content of superseded events is gone', async () => {
  const tables = ['silver.workshops', 'silver.halls', 'silver.workshop_visits', 'gold.workshops'];
  const rows = () => Promise.all(tables.map((table) => database.knex(table).orderByRaw('1')));
  const before = await rows();
  await product.techorda('compact', '--older-than', '0d');
  for (const table of ['workshops_cdc', 'halls_cdc'])
    expect(
      await database.knex(`bronze.example_${table}`).whereNull('payload').whereNot('op', 't'),
    ).not.toEqual([]);
  await product.techorda('refresh', '--full');
  expect(await rows()).toEqual(before);
  expect(await foundInFiveNights()).toEqual([]);
});

test('a column is added to a mart, and the next refresh fills it', async () => {
  product.add('column');
  await product.generate();
  await product.techorda('migrate');
  await product.techorda('refresh');
  expect(await read('gold.collections', 'report_id')).toMatchObject([
    { collection_amount: '100.00', investor_amount: '1.00' },
    { collection_amount: '200.00', investor_amount: '2.00' },
  ]);
});

describe('the marts that were added are served', () => {
  beforeAll(serve);

  test('with rows, totals by groups, and BINs masked for who may not read them', async () => {
    const query = `{
      collections(orderBy: [{ field: REPORT_ID }]) { nodes { id bin binMasked collectionAmount investorAmount } }
      collectionsGroups(by: [YEAR, OKED]) { nodes { key { year oked } total { collectionAmount } } }
    }`;
    const { collections, collectionsGroups } = await ask<Collections>(masked, query);
    expect(collectionsGroups.nodes).toEqual([
      { key: { year: 2024, oked: '62.01' }, total: { collectionAmount: '300.00' } },
    ]);
    expect(collections.nodes).toMatchObject([
      { id: 'Collections:1', binMasked: true, collectionAmount: '100.00', investorAmount: '1.00' },
      { id: 'Collections:2', binMasked: true },
    ]);
    expect(collections.nodes[0]?.bin).toMatch(/^777777/);
    const clear = await ask<Collections>(reader, query);
    expect(clear.collections.nodes[0]).toMatchObject({ bin: BIN, binMasked: false });
  });

  test('events with groups by steps of their time, which is that of Almaty, and with their company', async () => {
    const query = `{
      workshops(orderBy: [{ field: WORKSHOP_ID }]) { nodes { id day weekday hall bin binMasked visitors company { name } } }
      workshopsGroups(by: [MONTH, BIN]) { nodes { key { month bin } rows total { visitors minutes } } }
    }`;
    const { workshops, workshopsGroups } = await ask<Workshops>(reader, query);
    expect(workshops.nodes).toEqual([
      {
        ...{ id: `Workshops:${UUIDS[0]}`, day: '2026-01-06', weekday: 2, hall: 'Малый зал' },
        ...{ bin: BIN, binMasked: false, visitors: 1, company: { name: 'ТОО «Арман»' } },
      },
      {
        ...{ id: `Workshops:${UUIDS[2]}`, day: '2026-02-01', weekday: 7, hall: 'Малый зал' },
        ...{ bin: OTHER_BIN, binMasked: false, visitors: 1, company: null },
      },
    ]);
    expect(workshopsGroups.nodes).toEqual([
      { key: { month: '2026-01', bin: BIN }, rows: 1, total: { visitors: 1, minutes: 30 } },
      { key: { month: '2026-02', bin: OTHER_BIN }, rows: 1, total: { visitors: 1, minutes: 5 } },
    ]);
    const hidden = await ask<Workshops>(masked, query);
    for (const { bin, binMasked } of hidden.workshops.nodes) {
      expect([bin, binMasked]).toEqual([expect.stringMatching(/^777777/), true]);
    }
    expect(JSON.stringify(hidden)).not.toContain(BIN);
  });

  test('as a file', async () => {
    const response = await fetch(
      `${url}/export/collections.csv?fields=reportId,bin,investorAmount`,
      {
        headers: { 'x-api-key': reader },
      },
    );
    expect(await response.text()).toBe(
      `reportId,bin,investorAmount\r\n1,"${BIN}",1.00\r\n2,"${BIN}",2.00\r\n`,
    );
  });

  test('events as lines of JSON', async () => {
    const response = await fetch(`${url}/export/workshops.ndjson?fields=workshopId,month,minutes`, {
      headers: { 'x-api-key': reader },
    });
    expect(await response.text()).toBe(
      `{"workshopId":"${UUIDS[0]}","month":"2026-01","minutes":30}\n{"workshopId":"${UUIDS[2]}","month":"2026-02","minutes":5}\n`,
    );
  });

  test('in the catalogue and in the status', async () => {
    const { catalogue } = await ask<{ catalogue: { marts: { name: string }[] } }>(
      reader,
      '{ catalogue { marts { name } } }',
    );
    expect(catalogue.marts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['collections', 'workshops']),
    );
    const { rows } = JSON.parse(await product.techorda('status', '--json')) as {
      rows: Record<string, number>;
    };
    expect(rows).toMatchObject({
      'bronze.example_workshops_cdc': 5,
      'bronze.example_landed_visits_cdc': 7,
      'silver.workshop_visits': 3,
      'gold.workshops': 2,
      'gold.collections': 2,
    });
  });

  test('to analysts as views, and with their defects in data quality', async () => {
    const views = await read('gold_masked.workshops', 'workshop_id');
    expect(views.map(({ bin }) => bin)).toEqual(views.map(() => expect.stringMatching(/^777777/)));
    expect(views).toHaveLength(2);
    const { dataQuality } = await ask<{ dataQuality: { defects: unknown[] } }>(
      reader,
      '{ dataQuality { defects { table column count } } }',
    );
    expect(dataQuality.defects).toContainEqual({
      table: 'example.workshops',
      column: 'seats',
      count: 1,
    });
  });

  test('and no personal data of a source go beyond Bronze', async () => {
    const { rows } = await database.knex.raw<{ rows: { found: string }[] }>(
      `select table_name as found from information_schema.tables
       where table_schema in ('silver', 'gold', 'refresh') and table_type = 'BASE TABLE'
         and query_to_xml(format('select * from %I.%I', table_schema, table_name), true, true, '')::text like '%Серикова%'`,
    );
    expect(rows).toEqual([]);
  });
});

interface Workshops {
  readonly workshops: { readonly nodes: readonly { bin: string; binMasked: boolean }[] };
  readonly workshopsGroups: { readonly nodes: readonly unknown[] };
}

interface Collections {
  readonly collections: {
    readonly nodes: readonly { id: string; bin: string; binMasked: boolean }[];
  };
  readonly collectionsGroups: { readonly nodes: readonly unknown[] };
}
