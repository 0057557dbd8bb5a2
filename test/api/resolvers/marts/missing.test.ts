import fc from 'fast-check';
import type { Measure } from '../../../../src/api/model/mart';
import { refresh } from '../../../../src/warehouse/refresh/run/refresh';
import { ask, model, statementsOf, type Asker } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import {
  change,
  emptyWarehouse,
  loadRecords,
  reportRow,
} from '../../../support/databases/warehouse';

const PLACEHOLDER = '__debezium_unavailable_value';
const ALL: Asker = { rights: ['marts:read', 'bin:read', 'quality:read'] };

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
beforeEach(() => emptyWarehouse(warehouse.knex));
afterAll(() => warehouse.drop());

interface Missing {
  readonly field: string;
  readonly reason: string;
  readonly defects: readonly { readonly column: string; readonly value: string | null }[] | null;
}

const MISSING = 'missing { field reason defects { column item value reason } }';

/** Loads reports with these forms, numbered from 1, and publishes them. */
async function givenForms(forms: readonly unknown[]): Promise<void> {
  const rows = forms.map((data, index) =>
    reportRow(index + 1, { data, service_request_id: index + 1 }),
  );
  await loadRecords(
    warehouse.knex,
    rows.map((row) => change(row, { offset: row.id })),
  );
  await refresh(warehouse.knex, { reason: 'test' });
}

/** What is missing in a mart, by report. */
async function missingIn(mart: string, asker: Asker = ALL): Promise<Map<number, Missing[]>> {
  const { data, errors } = await ask(
    warehouse.knex,
    `{ ${mart}(first: 1000) { nodes { reportId ${MISSING} } } }`,
    asker,
  );
  expect(errors).toBeUndefined();
  const { nodes } = (data as Record<string, { nodes: { reportId: number; missing: Missing[] }[] }>)[
    mart
  ] ?? { nodes: [] };
  return new Map(nodes.map(({ reportId, missing }) => [reportId, missing]));
}

async function explained(mart: string, field: string, asker?: Asker) {
  const missing = await missingIn(mart, asker);
  return [...missing].map(([, values]) => values.find((value) => value.field === field));
}

test('a value that was not given, left empty or dashed was not given', async () => {
  await givenForms([
    {},
    { gph_count: null },
    { gph_count: '' },
    { gph_count: '-' },
    { gph_count: 4 },
  ]);
  const notGiven = { field: 'gphCount', reason: 'NOT_GIVEN', defects: [] };
  expect(await explained('employees', 'gphCount')).toEqual([
    notGiven,
    notGiven,
    notGiven,
    notGiven,
    undefined,
  ]);
});

test('a value that cannot be read is told with its defect', async () => {
  await givenForms([{ gph_count: '12.5' }, '[]']);
  expect(await explained('employees', 'gphCount')).toEqual([
    {
      field: 'gphCount',
      reason: 'UNREADABLE',
      defects: [
        {
          column: 'gph_count',
          item: null,
          value: '12.5',
          reason: 'expected a whole number from 0',
        },
      ],
    },
    {
      field: 'gphCount',
      reason: 'UNREADABLE',
      defects: [{ column: 'data', item: null, value: null, reason: 'expected a JSON object' }],
    },
  ]);
});

test('a form that the log left out, and that no event has, is a placeholder until one has it', async () => {
  await givenForms([PLACEHOLDER]);
  const [missing] = [...(await missingIn('financing')).values()];
  expect(missing?.map(({ reason }) => reason)).toEqual(Array(6).fill('PLACEHOLDER'));
  expect(missing?.[0]?.defects).toEqual([
    {
      column: 'data',
      item: null,
      value: null,
      reason: 'a large unchanged value that no earlier event has',
    },
  ]);
  // The event that has it comes late.
  const earlier = change(reportRow(1, { data: { finance_source_loan: 7 } }), { offset: 0, lsn: 1 });
  await loadRecords(warehouse.knex, [earlier]);
  await refresh(warehouse.knex, { reason: 'test' });
  expect(await explained('financing', 'loanFunds')).toEqual([undefined]);
  expect(await explained('financing', 'totalFunding')).toMatchObject([{ reason: 'NOT_GIVEN' }]);
});

test('of two keys of which the first given counts, that one tells why', async () => {
  await givenForms([
    { government_support_measures: 'n/a', finance_source_government: 5 },
    { government_support_measures: '', finance_source_government: 'н/д' },
    { government_support_measures: 'n/a', finance_source_government: 'н/д' },
    { finance_source_government: '-' },
    { government_support_measures: '—', finance_source_government: 5 },
  ]);
  const found = await explained('financing', 'governmentSupport');
  expect(found.map((value) => value?.defects?.map(({ column }) => column))).toEqual([
    ['government_support_measures'],
    ['finance_source_government'],
    ['government_support_measures'],
    [],
    undefined,
  ]);
  expect(await explained('generalIndicators', 'governmentSupport')).toEqual(found);
});

test('a sum is missing where neither part was read, with the defects of both', async () => {
  const [own, other] = ['finance_source_increase_authorized_capital', 'finance_source_investment'];
  await givenForms([
    { [own]: 'x', [other]: 'y' },
    { [other]: 'y' },
    {},
    { [own]: 1, [other]: 'y' },
  ]);
  const found = await explained('financing', 'attractedInvestments');
  expect(found.map((value) => value?.defects?.map(({ value }) => value))).toEqual([
    ['x', 'y'],
    ['y'],
    [],
    undefined,
  ]);
});

test('who may not read the quality learns the reason, and nothing of what was given', async () => {
  await givenForms([{ gph_count: 'много' }]);
  expect(await explained('employees', 'gphCount', { rights: ['marts:read'] })).toEqual([
    { field: 'gphCount', reason: 'UNREADABLE', defects: null },
  ]);
  const statements = await statementsOf(warehouse.knex, () =>
    missingIn('employees', { rights: ['marts:read'] }),
  );
  expect(statements.filter((statement) => statement.includes('raw_value'))).toEqual([]);
});

test('what may be a BIN in another form is for who may read BINs', async () => {
  const given = [
    '1801/4000/0018',
    'БИН 180140000018',
    '18014000001!',
    '１８０１-4000-001',
    '12 000 тг',
  ];
  await givenForms(given.map((loan) => ({ finance_source_loan: loan })));
  const shownTo = async (asker: Asker) =>
    (await explained('financing', 'loanFunds', asker)).map((value) => value?.defects?.[0]?.value);
  expect(await shownTo({ rights: ['marts:read', 'quality:read'] })).toEqual([
    '[12 digits]',
    'БИН [12 digits]',
    '[digits]!',
    '[digits]',
    '12 000 тг',
  ]);
  expect((await shownTo(ALL)).at(2)).toBe('18014000001!');
});

test('what is missing is read by one statement, however many rows and marts ask', async () => {
  await givenForms(Array.from({ length: 20 }, () => ({ gph_count: '?' })));
  const statements = await statementsOf(warehouse.knex, () =>
    ask(
      warehouse.knex,
      `{ ${model.marts.map(({ rootField }) => `${rootField} { nodes { ${MISSING} } }`).join(' ')} }`,
      ALL,
    ),
  );
  expect(statements.filter((statement) => statement.includes('silver.defects'))).toHaveLength(1);
  expect(statements).toHaveLength(model.marts.length + 1);
});

/** Values of the form, with what reading them must come to. */
const VALUES = [
  ['7', 'READ'],
  ['"1 000"', 'UNREADABLE OF COUNTS'],
  ['null', 'NOT_GIVEN'],
  ['""', 'NOT_GIVEN'],
  ['"—"', 'NOT_GIVEN'],
  ['"н/д"', 'UNREADABLE'],
  ['true', 'UNREADABLE'],
  ['{}', 'UNREADABLE'],
] as const;

function readingOf({ type }: Measure, json: string | undefined): string {
  const [, reading] = VALUES.find(([given]) => given === json) ?? ['', 'NOT_GIVEN'];
  if (reading === 'UNREADABLE OF COUNTS') return type === 'Int' ? 'UNREADABLE' : 'READ';
  return reading;
}

/** The rule in words: the first given decides, or of a sum any that was read. */
function plainReason(measure: Measure, form: Readonly<Record<string, string | undefined>>): string {
  const readings = measure.sources.map((source) => readingOf(measure, form[source]));
  const given = readings.filter((reading) => reading !== 'NOT_GIVEN');
  if (measure.combined === 'SUM' && given.includes('READ')) return 'READ';
  return given[0] ?? 'NOT_GIVEN';
}

const ofReports = model.marts.filter(({ table, reportTable }) => table === reportTable);
const keys = [...new Set(ofReports.flatMap(({ measures }) => measures.flatMap((m) => m.sources)))];
const forms = fc.array(
  fc.record(
    Object.fromEntries(keys.map((key) => [key, fc.constantFrom(...VALUES.map(([json]) => json))])),
    { requiredKeys: [] },
  ),
  { minLength: 20, maxLength: 60 },
);

test('whatever a form holds, every null measure of every mart is explained by what was given', async () => {
  await fc.assert(
    fc.asyncProperty(forms, async (given) => {
      await emptyWarehouse(warehouse.knex);
      await givenForms(
        given.map(
          (form) =>
            `{${Object.entries(form)
              .map(([key, json]) => `"${key}":${json}`)
              .join(',')}}`,
        ),
      );
      for (const { rootField, measures } of ofReports) {
        const found = await missingIn(rootField);
        expect(found.size).toBe(given.length);
        for (const [report, missing] of found) {
          const form = given[report - 1] ?? {};
          const expected = measures
            .map((measure) => ({ field: measure.field, reason: plainReason(measure, form) }))
            .filter(({ reason }) => reason !== 'READ');
          expect(missing.map(({ field, reason }) => ({ field, reason }))).toEqual(expected);
        }
      }
    }),
    { numRuns: 8 },
  );
});
