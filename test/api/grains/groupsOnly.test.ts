import { createKey } from '../../../src/api/access/keys/keys';
import { maskedViews } from '../../../src/api/query/views/maskedViews';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { givenPublication } from '../../support/databases/gold';
import { post, serveTest, type ServedDatabase } from '../server/support';
import { createEventTables, eventModel } from './eventMarts';

let database: TestDatabase;
let served: ServedDatabase;
let reader: string;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 8 });
  await createEventTables(database.knex);
  await givenPublication(database.knex);
  served = await serveTest({
    model: eventModel(),
    database,
    config: { ANSWER_CACHE_BYTES: 0 },
  });
  ({ key: reader } = await createKey(database.knex, {
    name: 'all',
    rights: 'marts:read,bin:read,quality:read',
  }));
});
afterAll(() => served.stop());
beforeEach(() => database.knex('gold.visits').delete());

interface Visit {
  readonly day: string;
  readonly company: number | null;
  readonly persons: readonly number[];
  readonly hour?: number;
}

/** Each person stays as many minutes as its number says. */
async function givenVisits(visits: readonly Visit[]): Promise<void> {
  const rows = visits.flatMap(({ day, company, persons, hour = 9 }) =>
    persons.map((person) => ({
      date: day,
      person,
      company_id: company,
      first_hour: hour,
      minutes_inside: person,
    })),
  );
  await database.knex.batchInsert('gold.visits', rows, 500);
}

interface Groups {
  readonly suppressedGroups: number;
  readonly totalCount: number;
  readonly nodes: readonly {
    readonly key: Record<string, unknown>;
    readonly rows: number;
    readonly total: { readonly visitors: number; readonly minutesInside: number };
  }[];
}

async function answered(query: string): Promise<unknown> {
  const { body } = await post({ url: served.url, key: reader }, query);
  if (body.errors) throw new Error(body.errors.map(({ message }) => message).join(' '));
  return body.data;
}

async function groups(args: string, key = 'companyId'): Promise<Groups> {
  const data = await answered(`{ visitsGroups(${args}) {
    suppressedGroups totalCount nodes { key { ${key} } rows total { visitors minutesInside } } } }`);
  return (data as { visitsGroups: Groups }).visitsGroups;
}

const persons = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => from + index);
const companiesOf = ({ nodes }: Groups) => nodes.map(({ key }) => key['companyId']);

test('no door leads to a row: no field, no file, no view, no measure in a filter', async () => {
  await givenVisits([{ day: '2026-01-05', company: 1, persons: persons(1, 9) }]);
  await expect(answered('{ visits { nodes { id } } }')).rejects.toThrow(
    'Cannot query field "visits" on type "Query".',
  );
  await expect(
    answered('{ visitsGroups(by: [], filter: {visitors: {eq: 3}}) { nodes { rows } } }'),
  ).rejects.toThrow('visitors');
  await expect(
    answered('{ visitsGroups(by: []) { nodes { max { minutesInside } } } }'),
  ).rejects.toThrow('Cannot query field "max"');
  await expect(answered('{ visitsGroups(by: [DATE]) { nodes { rows } } }')).rejects.toThrow('DATE');
  for (const format of ['csv', 'ndjson']) {
    const { status } = await fetch(`${served.url}/export/visits.${format}`, {
      headers: { authorization: `Bearer ${reader}` },
    });
    expect(status).toBe(404);
  }
  for (const path of ['visits', 'visits/$count', 'visits?$filter=companyId eq 1&$count=true']) {
    const answer = await fetch(`${served.url}/odata/${encodeURI(path)}`, {
      headers: { authorization: `Bearer ${reader}` },
    });
    expect([path, answer.status]).toEqual([path, 501]);
    expect(await answer.text()).toContain('visits has groups and no rows; expected $apply.');
  }
  const views = maskedViews(eventModel(), { fromYear: 2021, policy: 'year' });
  expect(views.filter((statement) => statement.includes('visits'))).toEqual([]);
});

test('a group of too few persons is withheld from every caller, and the next with it', async () => {
  await givenVisits([
    { day: '2026-01-05', company: 1, persons: persons(1, 9) },
    { day: '2026-01-05', company: 2, persons: persons(20, 7) },
    { day: '2026-01-05', company: 3, persons: persons(40, 6) },
    { day: '2026-01-05', company: 4, persons: persons(60, 4) },
  ]);
  const all = await groups('by: [COMPANY_ID]');
  expect(companiesOf(all)).toEqual([1, 2]);
  expect(all).toMatchObject({ suppressedGroups: 2, totalCount: 2 });
  expect((await groups('by: []')).nodes).toMatchObject([{ rows: 26, total: { visitors: 26 } }]);
});

test('persons are counted, and not their visits', async () => {
  await givenVisits([
    { day: '2026-01-05', company: 1, persons: persons(1, 4) },
    { day: '2026-01-06', company: 1, persons: persons(1, 4) },
    { day: '2026-01-07', company: 1, persons: persons(2, 4) },
    { day: '2026-01-05', company: 2, persons: persons(20, 8) },
  ]);
  // Five persons in twelve visits.
  expect((await groups('by: [COMPANY_ID]')).nodes).toMatchObject([
    { key: { companyId: 1 }, rows: 12, total: { visitors: 5 } },
    { key: { companyId: 2 }, rows: 8, total: { visitors: 8 } },
  ]);
  expect(await groups('by: [DAY], filter: {companyId: {eq: 1}}', 'day')).toMatchObject({
    nodes: [],
    suppressedGroups: 3,
  });
});

test('what a small group comes to is no difference of two filters', async () => {
  await givenVisits([
    { day: '2026-01-05', company: 1, persons: persons(1, 9) },
    { day: '2026-01-05', company: 2, persons: persons(20, 7) },
    { day: '2026-01-05', company: 3, persons: persons(40, 6) },
    { day: '2026-01-05', company: 4, persons: persons(60, 4) },
  ]);
  const totals = async (filter: string) => (await groups(`by: [], filter: ${filter}`)).nodes;
  expect(await totals('{}')).toHaveLength(1);
  // All but the small one, or only the one that is withheld beside it: what is left would be the other.
  for (const filter of [
    '{companyId: {ne: 4}}',
    '{companyId: {ne: 3}}',
    '{not: {companyId: {eq: 4}}}',
    '{companyId: {in: [1, 2, 3]}}',
    '{or: [{companyId: {lt: 3}}, {companyId: {eq: 4}}]}',
    '{companyId: {eq: 4}}',
    '{companyId: {eq: 3}}',
  ]) {
    expect([filter, await totals(filter)]).toEqual([filter, []]);
  }
  // These are sums of groups that are told, or all less such.
  expect(await totals('{companyId: {in: [1, 2]}}')).toMatchObject([{ rows: 16 }]);
  expect(await totals('{companyId: {gte: 3}}')).toMatchObject([{ rows: 10 }]);
  expect(await totals('{companyId: {ne: 1}}')).toMatchObject([{ rows: 17 }]);
});

test('a filter of one dimension does not part the small groups of another', async () => {
  await givenVisits([
    { day: '2026-01-05', company: 1, persons: persons(1, 9), hour: 8 },
    { day: '2026-01-05', company: 1, persons: persons(10, 3), hour: 7 },
    { day: '2026-01-05', company: 2, persons: persons(20, 8), hour: 8 },
    { day: '2026-01-05', company: 2, persons: persons(30, 7), hour: 9 },
  ]);
  expect(companiesOf(await groups('by: [COMPANY_ID]'))).toEqual([1, 2]);
  // Company 1 at eight o'clock is all of company 1 less three persons.
  expect(companiesOf(await groups('by: [COMPANY_ID], filter: {firstHour: {eq: 8}}'))).toEqual([]);
  expect(companiesOf(await groups('by: [COMPANY_ID], filter: {firstHour: {ne: 7}}'))).toEqual([2]);
});

test('having, orders and shares do not bring a withheld group back', async () => {
  await givenVisits([
    { day: '2026-01-05', company: 1, persons: persons(1, 9) },
    { day: '2026-01-05', company: 2, persons: persons(20, 7) },
    { day: '2026-01-05', company: 3, persons: persons(40, 6) },
    { day: '2026-01-05', company: 4, persons: persons(60, 4) },
  ]);
  for (const having of [
    '{total: {visitors: {lt: 7}}}',
    '{rows: {eq: 4}}',
    '{companies: {eq: 1}}',
  ]) {
    const found = await groups(
      `by: [COMPANY_ID], filterGroups: ${having}, orderBy: [{rows: true}]`,
    );
    expect(companiesOf(found).filter((company) => company === 3 || company === 4)).toEqual([]);
    expect(found.totalCount).toBe(found.nodes.length);
  }
  const data = await answered(
    '{ visitsGroups(by: [COMPANY_ID], filter: {companyId: {in: [1, 4]}}) { nodes { share { visitors } } } }',
  );
  expect(data).toEqual({ visitsGroups: { nodes: [] } });
});

test('days are withheld so that no month, week or weekday less its other days is a single small one', async () => {
  const days = ['01-05', '01-06', '01-07', '01-12', '01-13', '02-02', '02-03', '02-09'];
  await givenVisits([
    ...days.map((day, index) => ({
      day: `2026-${day}`,
      company: 1,
      persons: persons(index * 50, 10 + index),
    })),
    { day: '2026-02-04', company: 1, persons: [900, 901] },
  ]);
  const told = (await groups('by: [DAY]', 'day')).nodes.map(({ key }) => key['day']);
  expect(told).not.toContain('2026-02-04');
  // For each longer step: its days that are withheld are none, or are two or more.
  const all = [...days.map((day) => `2026-${day}`), '2026-02-04'];
  const weekOf = (day: string) => Math.floor((Date.parse(day) / 86_400_000 + 3) / 7);
  const steps = [
    (day: string) => day.slice(0, 7),
    (day: string) => String(weekOf(day)),
    () => 'all',
  ];
  for (const stepOf of steps) {
    for (const step of new Set(all.map(stepOf))) {
      const withheld = all.filter((day) => stepOf(day) === step && !told.includes(day));
      expect([step, withheld.length]).not.toEqual([step, 1]);
    }
  }
});

test('the step before is told where it would be told by itself', async () => {
  await givenVisits([
    { day: '2026-01-05', company: 1, persons: persons(1, 9) },
    { day: '2026-02-05', company: 1, persons: persons(1, 8) },
    { day: '2026-03-05', company: 1, persons: persons(1, 2) },
    { day: '2026-04-05', company: 1, persons: persons(1, 7) },
    { day: '2026-05-05', company: 1, persons: persons(1, 9) },
    { day: '2026-06-05', company: 1, persons: persons(1, 9) },
    { day: '2026-07-05', company: 1, persons: persons(1, 9) },
  ]);
  const data = await answered(
    '{ visitsGroups(by: [MONTH]) { nodes { key { month } total { minutesInside } previous { minutesInside } } } }',
  );
  const month = (name: string, total: number, previous: number | null) => ({
    key: { month: `2026-${name}` },
    total: { minutesInside: total },
    previous: { minutesInside: previous },
  });
  // March has two persons. Of all months April is withheld beside it, of its quarter February, and of the quarter
  // of April May.
  expect(data).toEqual({
    visitsGroups: { nodes: [month('01', 45, null), month('06', 45, null), month('07', 45, 45)] },
  });
});

test('over too few persons, or none, there is no group at all', async () => {
  expect(await groups('by: []')).toMatchObject({ nodes: [], suppressedGroups: 1 });
  await givenVisits([{ day: '2026-01-05', company: 1, persons: persons(1, 4) }]);
  expect(await groups('by: []')).toMatchObject({ nodes: [], suppressedGroups: 1 });
  expect(await groups('by: [], filter: {year: {eq: 2020}}')).toMatchObject({ nodes: [] });
});

test('the catalogue says that no rows are served, and quality tells no small numbers', async () => {
  await givenVisits([{ day: '2026-01-05', company: 1, persons: persons(1, 9) }]);
  const data = (await answered(`{
    catalogue { marts { name rows minGroup groups fields { name filterOperators groupBy } } }
    dataQuality { events(mart: "visits") { rows counts { companyKnown } years { year } } }
  }`)) as {
    catalogue: { marts: { name: string; fields: { name: string }[] }[] };
    dataQuality: unknown;
  };
  const visits = data.catalogue.marts.find(({ name }) => name === 'visits');
  expect(visits).toMatchObject({ rows: false, minGroup: 5, groups: 'visitsGroups' });
  const fieldOf = (name: string) => visits?.fields.find((field) => field.name === name);
  expect(fieldOf('visitors')).toMatchObject({ filterOperators: [], groupBy: null });
  expect(fieldOf('date')).toMatchObject({ filterOperators: [], groupBy: null });
  expect(fieldOf('day')).toMatchObject({ groupBy: 'DAY' });
  expect(data.dataQuality).toEqual({ events: [{ rows: 9, counts: null, years: [] }] });
});
