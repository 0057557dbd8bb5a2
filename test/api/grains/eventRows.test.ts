import type { Knex } from 'knex';
import { createKey } from '../../../src/api/access/keys/keys';
import { readScope } from '../../../src/api/access/rowScope';
import { checkModelAgainstDatabase } from '../../../src/api/query/checkModelAgainstDatabase';
import { maskedViews } from '../../../src/api/query/views/maskedViews';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { givenPseudonym, givenPublication } from '../../support/databases/gold';
import { post, serveTest, type ServedDatabase } from '../server/support';
import { createEventTables, eventModel, givenLeads } from './eventMarts';

const [BIN, PSEUDONYM] = ['180140000012', '777777900001'];
const [OTHER_BIN, OTHER_PSEUDONYM] = ['190240000018', '777777900002'];

let database: TestDatabase;
let served: ServedDatabase;
let knex: Knex;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 8 });
  knex = database.knex;
  await createEventTables(knex);
  await givenPublication(knex);
  await givenPseudonym(knex, BIN, PSEUDONYM);
  await givenPseudonym(knex, OTHER_BIN, OTHER_PSEUDONYM);
  await knex('silver.companies').insert([
    { company_id: 9, name: 'Байт', tin: BIN },
    { company_id: 10, name: 'Код', tin: OTHER_BIN },
  ]);
  await givenLeads(knex, [
    // Half a second before midnight in Almaty, and at midnight.
    { lead_id: 1, created_at: '2025-12-31T18:59:59.5Z', company_id: 9, bin: BIN, price: '10.50' },
    { lead_id: 2, created_at: '2025-12-31T19:00:00Z', company_id: 9, bin: BIN, outcome: 'won' },
    { lead_id: 3, created_at: '2019-03-05T05:00:00Z', bin: OTHER_BIN, price: '-3.00' },
    { lead_id: 4, created_at: '2026-02-01T05:00:00Z', company_id: 10, contact_id: 'c1' },
  ]);
  await knex('gold.calls').insert([
    { call_id: 'a"1', happened_on: '2026-01-04', company_bin: BIN, seconds: 7 },
    { call_id: 'b', happened_on: '2026-01-05', company_bin: null, seconds: 8 },
  ]);
  await knex('silver.defects').insert({
    source_table: 'crm_leads',
    key_id: '2',
    column_name: 'price',
    position: 0,
    raw_value: 'dear',
    reason: 'It is no number.',
  });
  served = await serveTest({ model: eventModel(), database });
});
afterAll(() => served.stop());

async function asked(query: string, key = served.key): Promise<Record<string, unknown>> {
  const { body } = await post({ url: served.url, key }, `{ ${query} }`);
  if (body.errors) throw new Error(body.errors.map(({ message }) => message).join(' '));
  return body.data ?? {};
}

const keyWith = async (rights: string, scope = 'all') =>
  (await createKey(knex, { name: 'more', rights, scope: readScope(scope) })).key;

test('the tables of marts of events have a column for each field that is no step of time', async () => {
  await expect(checkModelAgainstDatabase(knex, eventModel())).resolves.toBeUndefined();
  await knex.raw('alter table gold.leads add column stage text');
  await expect(checkModelAgainstDatabase(knex, eventModel())).rejects.toThrow(
    'gold.leads.stage has no field; expected one in Leads.',
  );
  await knex.raw('alter table gold.leads drop column stage');
});

test('rows have the steps of their time as it is in Almaty, by ISO 8601', async () => {
  const { leads } = await asked(
    'leads(orderBy: [{field: LEAD_ID}]) { nodes { id createdAt year quarter month week day weekday } }',
  );
  expect(leads).toEqual({
    nodes: [
      {
        id: 'Leads:1',
        createdAt: '2025-12-31T18:59:59.500000Z',
        year: 2025,
        quarter: '2025-Q4',
        month: '2025-12',
        week: '2026-W01',
        day: '2025-12-31',
        weekday: 3,
      },
      {
        id: 'Leads:2',
        createdAt: '2025-12-31T19:00:00Z',
        year: 2026,
        quarter: '2026-Q1',
        month: '2026-01',
        week: '2026-W01',
        day: '2026-01-01',
        weekday: 4,
      },
      expect.objectContaining({ year: 2019, week: '2019-W10', day: '2019-03-05', weekday: 2 }),
      expect.objectContaining({ year: 2026, week: '2026-W05', day: '2026-02-01', weekday: 7 }),
    ],
  });
});

test.each([
  ['{year: {gte: 2026}}', [2, 4]],
  ['{week: {eq: "2026-W01"}}', [1, 2]],
  ['{month: {in: ["2025-12", "2026-02"]}}', [1, 4]],
  ['{day: {lt: "2026-01-01"}}', [1, 3]],
  ['{weekday: {notIn: [7]}}', [1, 2, 3]],
  ['{not: {quarter: {startsWith: "2026"}}}', [1, 3]],
  ['{createdAt: {gte: "2025-12-31T19:00:00Z"}, outcome: {eq: WON}}', [2]],
  ['{price: {lt: 0}}', [3]],
  ['{contact: {isNull: false}}', [4]],
])('rows are filtered by steps, columns and measures: %s', async (filter, ids) => {
  const answer = await asked(
    `leads(filter: ${filter}, orderBy: [{field: LEAD_ID}]) { totalCount nodes { leadId } }`,
  );
  const nodes = ids.map((leadId) => ({ leadId }));
  expect(answer['leads']).toEqual({ totalCount: ids.length, nodes });
});

test('pages go on from cursors in an order by a step', async () => {
  type Page = { leads: { nodes: { leadId: number }[]; pageInfo: { endCursor: string } } };
  const order = '[{field: WEEK, direction: DESC}]';
  const ids: number[] = [];
  let after = '';
  for (let page = 0; page < 3; page += 1) {
    const { leads } = (await asked(
      `leads(first: 2, orderBy: ${order}${after}) { nodes { leadId } pageInfo { endCursor } }`,
    )) as Page;
    ids.push(...leads.nodes.map(({ leadId }) => leadId));
    after = `, after: ${JSON.stringify(leads.pageInfo.endCursor)}`;
  }
  expect(ids).toEqual([4, 1, 2, 3]);
});

test('answers put together from columns are those of the resolvers, byte for byte', async () => {
  const query = `{
    leads { edges { cursor node { id leadId week day weekday bin binMasked outcome tags price contact company { id leads(first: 1) { nodes { leadId } } } } } pageInfo { hasNextPage } }
    calls { nodes { id callId company { companyId } } }
  }`;
  const compiled = await post(served, query);
  expect(compiled.body.errors).toBeUndefined();
  const plain = await serveTest({
    model: eventModel(),
    database: { ...database, drop: () => Promise.resolve() },
    compiled: false,
  });
  try {
    expect((await post(plain, query)).text).toBe(compiled.text);
  } finally {
    await plain.stop();
  }
});

test('a BIN is a pseudonym in each year for who may not read BINs, whatever is asked of it', async () => {
  const query = 'leads(orderBy: [{field: LEAD_ID}]) { nodes { bin binMasked } }';
  const none = { bin: null, binMasked: false };
  expect((await asked(query))['leads']).toEqual({
    nodes: [
      { bin: PSEUDONYM, binMasked: true },
      { bin: PSEUDONYM, binMasked: true },
      { bin: OTHER_PSEUDONYM, binMasked: true },
      none,
    ],
  });
  const ofBin = (bin: string) => `leads(filter: {bin: {eq: "${bin}"}}) { totalCount }`;
  expect(await asked(ofBin(BIN))).toEqual({ leads: { totalCount: 0 } });
  expect(await asked(ofBin(PSEUDONYM))).toEqual({ leads: { totalCount: 2 } });
  const reader = await keyWith('marts:read,bin:read');
  expect(await asked(ofBin(BIN), reader)).toEqual({ leads: { totalCount: 2 } });
  const groups = 'leadsGroups(by: [BIN]) { nodes { key { bin } rows } }';
  expect((await asked(groups))['leadsGroups']).toEqual({
    nodes: [
      { key: { bin: PSEUDONYM }, rows: 2 },
      { key: { bin: OTHER_PSEUDONYM }, rows: 1 },
      { key: { bin: null }, rows: 1 },
    ],
  });
});

test('a row leads to its company by id or by BIN, and the company to its rows by id', async () => {
  const answer = await asked(`
    leads(orderBy: [{field: LEAD_ID}]) { nodes { company { name } } }
    calls { nodes { callId companyBin company { name bin } } }
    company(id: "9") { leads(filter: {year: {eq: 2026}}) { totalCount nodes { leadId } } }
    companies(filter: {leads: {some: {outcome: {eq: WON}}}}) { nodes { companyId } }`);
  expect(answer).toEqual({
    leads: {
      nodes: [
        { company: { name: 'Байт' } },
        { company: { name: 'Байт' } },
        { company: null },
        { company: { name: 'Код' } },
      ],
    },
    calls: {
      nodes: [
        {
          callId: 'a"1',
          companyBin: PSEUDONYM,
          company: { name: 'Байт', bin: PSEUDONYM },
        },
        { callId: 'b', companyBin: null, company: null },
      ],
    },
    company: { leads: { totalCount: 1, nodes: [{ leadId: 2 }] } },
    companies: { nodes: [{ companyId: 9 }] },
  });
});

test('a scope of years and of companies confines events; one of certificates alone shows none', async () => {
  const ids = 'leads(orderBy: [{field: LEAD_ID}]) { nodes { leadId } }';
  const callIds = 'calls { nodes { callId } }';
  const ofYears = await keyWith('marts:read', 'years=2026');
  expect(await asked(ids, ofYears)).toEqual({ leads: { nodes: [{ leadId: 2 }, { leadId: 4 }] } });
  const ofCompany = await keyWith('marts:read', 'companies=9;certificates=x');
  expect(await asked(`${ids} ${callIds}`, ofCompany)).toEqual({
    leads: { nodes: [{ leadId: 1 }, { leadId: 2 }] },
    calls: { nodes: [{ callId: 'a"1' }] },
  });
  const ofCertificate = await keyWith('marts:read', 'certificates=x');
  await expect(asked(ids, ofCertificate)).rejects.toThrow(
    'The mart leads is outside of the scope of this credential.',
  );
  await expect(
    asked('company(id: "9") { leads { nodes { leadId } } }', ofCertificate),
  ).rejects.toThrow('The mart leads is outside of the scope of this credential.');
});

test('a missing value is explained by the defects of the source table that the mart names', async () => {
  const query =
    'leads(filter: {leadId: {lte: 2}}, orderBy: [{field: LEAD_ID}]) { nodes { missing { field reason defects { value } } } }';
  const reader = await keyWith('marts:read,quality:read');
  expect((await asked(query, reader))['leads']).toEqual({
    nodes: [
      {
        missing: [
          { field: 'daysToClose', reason: 'NOT_GIVEN', defects: [] },
          { field: 'contact', reason: 'NOT_GIVEN', defects: [] },
        ],
      },
      {
        missing: [
          { field: 'price', reason: 'UNREADABLE', defects: [{ value: 'dear' }] },
          { field: 'daysToClose', reason: 'NOT_GIVEN', defects: [] },
          { field: 'contact', reason: 'NOT_GIVEN', defects: [] },
        ],
      },
    ],
  });
});

test('a file has the rows with the steps of their time, and BINs as the caller sees them', async () => {
  const filter = encodeURIComponent('{"leadId": {"eq": 1}}');
  const file = await fetch(`${served.url}/export/leads.ndjson?filter=${filter}`, {
    headers: { authorization: `Bearer ${served.key}` },
  });
  expect(JSON.parse(await file.text())).toEqual({
    leadId: 1,
    createdAt: '2025-12-31T18:59:59.500000Z',
    year: 2025,
    quarter: '2025-Q4',
    month: '2025-12',
    week: '2026-W01',
    day: '2025-12-31',
    weekday: 3,
    companyId: 9,
    bin: PSEUDONYM,
    binMasked: true,
    outcome: 'OPEN',
    tags: null,
    price: '10.50',
    daysToClose: null,
    contact: null,
  });
});

test('OData has the steps of events, and adds them up as the API does', async () => {
  const odata = async (path: string) => {
    const answer = await fetch(`${served.url}/odata/${encodeURI(path)}`, {
      headers: { authorization: `Bearer ${served.key}` },
    });
    return ((await answer.json()) as { value: unknown }).value;
  };
  expect(
    await odata("leads?$filter=week eq '2026-W01'&$select=leadId,week,day&$orderby=day desc"),
  ).toEqual([
    { leadId: 2, week: '2026-W01', day: '2026-01-01' },
    { leadId: 1, week: '2026-W01', day: '2025-12-31' },
  ]);
  expect(
    await odata(
      'leads?$apply=groupby((week),aggregate(price with Techorda.total as p,contact with Techorda.total as c))',
    ),
  ).toMatchObject([
    { week: '2019-W10', p: -3, c: 0 },
    { week: '2026-W01', p: 10.5, c: 0 },
    { week: '2026-W05', p: null, c: 1 },
  ]);
});

test('the catalogue tells of the grain, the steps and the kinds of measures', async () => {
  type Field = { name: string; kind: string | null; groupBy: string | null };
  const { catalogue } = (await asked(
    'catalogue { marts { name grain rows minGroup fields { name kind groupBy orderBy filterOperators } } }',
  )) as { catalogue: { marts: { name: string; fields: Field[] }[] } };
  const leads = catalogue.marts.find(({ name }) => name === 'leads');
  expect(leads).toMatchObject({ grain: 'event', rows: true, minGroup: null });
  const ofField = (name: string) => leads?.fields.find((field) => field.name === name);
  expect(ofField('week')).toMatchObject({ groupBy: 'WEEK', orderBy: 'WEEK', kind: null });
  // A time is grouped by its steps.
  expect(ofField('createdAt')).toMatchObject({ groupBy: null, orderBy: 'CREATED_AT' });
  expect(ofField('price')).toMatchObject({ kind: 'ADDITIVE' });
  expect(ofField('contact')).toMatchObject({ kind: 'DISTINCT' });
  expect(leads?.fields.map(({ name }) => name)).not.toContain('certificate.number');
});

test('the quality of a mart of events is that of its companies, its BINs and its source', async () => {
  const counts = 'counts { companyKnown companyUnknown binFilled binMissing binWrongCheckDigit }';
  const query = `dataQuality {
    events(mart: "leads") { mart rows ${counts} defects { column count } years(year: 2026) { year rows ${counts} } }
    marts { mart }
  }`;
  const { dataQuality } = await asked(query, await keyWith('quality:read'));
  expect(dataQuality).toEqual({
    events: [
      {
        mart: 'leads',
        rows: 4,
        counts: {
          companyKnown: 3,
          companyUnknown: 1,
          binFilled: 3,
          binMissing: 1,
          binWrongCheckDigit: null,
        },
        defects: [{ column: 'price', count: 1 }],
        years: [
          {
            year: 2026,
            rows: 2,
            counts: {
              companyKnown: 2,
              companyUnknown: 0,
              binFilled: 1,
              binMissing: 1,
              binWrongCheckDigit: null,
            },
          },
        ],
      },
    ],
    marts: [
      'employees',
      'exportByCountry',
      'exports',
      'financing',
      'generalIndicators',
      'taxBenefits',
    ].map((mart) => ({ mart })),
  });
});

test("the analysts' view of events has steps and pseudonyms, and no certificate", async () => {
  await knex.raw('create schema if not exists gold_masked');
  await knex.raw('drop schema gold_masked cascade');
  await knex.raw('create schema gold_masked');
  const mask = { fromYear: 2021, policy: 'year' } as const;
  for (const statement of maskedViews(eventModel(), mask)) await knex.raw(statement);
  expect(await knex('gold_masked.leads').where({ lead_id: 3 }).first()).toMatchObject({
    year: 2019,
    week: '2019-W10',
    bin: OTHER_PSEUDONYM,
    bin_masked: true,
    outcome: 'OPEN',
    price: '-3.00',
    register_name: null,
  });
  expect(await knex.schema.withSchema('gold_masked').hasColumn('leads', 'certificate')).toBe(false);
});
