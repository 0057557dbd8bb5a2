import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ingestDumpFile } from '../../src/bronze/dumpFile';
import { snakeCase } from '../../src/model/names';
import { refresh } from '../../src/refresh/refresh';
import { ask, model, type Asker } from '../support/ask';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { MAX_EVENT_BYTES } from '../support/warehouse';
import { plainYear, type PlainReport } from './plainQuality';

type Values = Record<string, unknown>;
interface Connection {
  readonly nodes: readonly Values[];
}
interface Summary {
  readonly certificate: {
    readonly by_source: Record<string, number>;
    readonly conflicting: number;
  };
  readonly bin_missing: number;
  readonly superseded: number;
  readonly sum_by_year: Record<string, Record<string, Values>>;
  readonly total_by_year: Record<string, Record<string, Values>>;
  readonly export_by_country: Record<string, Values>;
}

const folder = join(__dirname, '../fixtures/small');
const summary = JSON.parse(readFileSync(join(folder, 'expected-summary.json'), 'utf8')) as Summary;
const expectedRows = gunzipSync(readFileSync(join(folder, 'expected-rows.ndjson.gz')))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Values & PlainReport & { certificate: Values | null });

const ALL: Asker = { rights: ['marts:read', 'bin:read', 'quality:read'] };

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
  await ingestDumpFile(warehouse.knex, join(folder, 'bronze.ndjson.gz'), {
    maxEventBytes: MAX_EVENT_BYTES,
  });
  await refresh(warehouse.knex, { reason: 'test' });
});
afterAll(() => warehouse.drop());

async function answered(query: string): Promise<Record<string, Connection>> {
  const { data, errors } = await ask(warehouse.knex, query, ALL);
  expect(errors).toBeUndefined();
  return data as Record<string, Connection>;
}

// A mart of items has as many rows as there are items; its figures stand apart.
const reportMarts = model.marts.filter(({ key }) => key.length === 1);

const columnsOf = (values: Values) =>
  Object.fromEntries(Object.entries(values).map(([field, value]) => [snakeCase(field), value]));

describe.each(reportMarts.map((mart) => [mart.rootField, mart] as const))(
  '%s of the small dump',
  (field, mart) => {
    const measures = mart.measures.map((measure) => measure.field);

    test('has the expected rows', async () => {
      const columns = [...mart.dimensions, ...mart.measures].map((column) => column.field);
      const found = await answered(`{ ${field}(first: 1000) { nodes {
        ${columns.join(' ')} certificate { number source issueDate endDate conflicting } } } }`);
      const nodes = found[field]?.nodes ?? [];
      expect(nodes).toHaveLength(expectedRows.length);
      const byReport = new Map(expectedRows.map((row) => [row['report_id'], row]));
      for (const node of nodes) {
        const row = byReport.get(Number(node['reportId']));
        const known = columns.filter((column) => row && snakeCase(column) in row);
        expect(known.length).toBeGreaterThan(5);
        const shown = Object.fromEntries(known.map((column) => [snakeCase(column), node[column]]));
        const expected = Object.fromEntries(
          known.map((column) => [snakeCase(column), row?.[snakeCase(column)]]),
        );
        expect(shown).toEqual({
          ...expected,
          report_type: String(row?.['report_type']).toUpperCase(),
        });
        const { certificate } = row ?? {};
        expect(node['certificate']).toEqual(
          certificate?.['number']
            ? {
                number: certificate['number'],
                source: certificate['source'],
                issueDate: certificate['issue_date'],
                endDate: certificate['end_date'],
                conflicting: certificate['conflicting'],
              }
            : null,
        );
      }
    });

    test('has the expected sums and totals of each year', async () => {
      const found = await answered(`{ ${field}Groups(by: [YEAR], filter: {}) { nodes {
        key { year } rows total { ${measures.join(' ')} } sum { ${measures.join(' ')} } } } }`);
      const table = snakeCase(field);
      const groups = found[`${field}Groups`]?.nodes ?? [];
      const byYear = (valuesOf: (group: Values) => object) =>
        Object.fromEntries(
          groups.map((group) => [(group['key'] as Values)['year'], valuesOf(group)]),
        );
      expect(byYear(({ total }) => columnsOf(total as Values))).toEqual(
        summary.total_by_year[table],
      );
      expect(byYear(({ rows, sum }) => ({ rows, ...columnsOf(sum as Values) }))).toEqual(
        summary.sum_by_year[table],
      );
    });
  },
);

test('the quality of every mart of the small dump is as expected', async () => {
  const { data } = await ask(
    warehouse.knex,
    `{ dataQuality { marts { mart rows binMissing superseded
      certificate { report participant serviceRequest missing conflicting } } } }`,
    ALL,
  );
  const { marts } = (data as { dataQuality: { marts: Values[] } }).dataQuality;
  const { by_source: sources, conflicting } = summary.certificate;
  for (const { rootField } of reportMarts) {
    expect(marts.find(({ mart }) => mart === rootField)).toMatchObject({
      rows: expectedRows.length,
      binMissing: summary.bin_missing,
      superseded: summary.superseded,
      certificate: {
        report: sources['REPORT'],
        participant: sources['PARTICIPANT'],
        serviceRequest: sources['SERVICE_REQUEST'],
        missing: sources['None'],
        conflicting,
      },
    });
  }
});

test('the quality of each year of the small dump is what reading its reports one by one gives', async () => {
  const { data } = await ask(
    warehouse.knex,
    `{ dataQuality {
      marts { mart years {
        year rows binMissing binMaskedAtSource binWrongCheckDigit superseded certificate { missing conflicting }
        coverage { participations someQuarters yearlyLeftAside measures { field yearly quarterly } } } }
      years { year exports { total byCountry equal different withoutCountry withoutTotal } } } }`,
    ALL,
  );
  const { marts, years } = (data as { dataQuality: { marts: Values[]; years: Values[] } })
    .dataQuality;
  const found = marts.find(({ mart }) => mart === 'financing')?.['years'] as Values[];
  const groups = await answered(
    '{ exportByCountryGroups(by: [YEAR]) { nodes { key { year } total { exportIncome } } } }',
  );
  const totals = (groups['exportByCountryGroups']?.nodes ?? []).map(({ key, total }) => ({
    key,
    ...(total as Values),
  })) as Values[];
  for (const [index, { year, exports }] of years.entries()) {
    const plain = plainYear(Number(year), expectedRows);
    const { coverage, ...counts } = found[index] ?? {};
    const { measures, ...covered } = coverage as { measures: Values[] };
    const { loanFunds, ...expected } = plain.financing.coverage;
    expect([counts, covered]).toEqual([{ ...plain.financing, coverage: undefined }, expected]);
    expect(measures.find(({ field }) => field === 'loanFunds')).toMatchObject(loanFunds);
    expect(exports).toEqual({
      total: summary.total_by_year['exports']?.[String(year)]?.['export_income'],
      byCountry: totals.find(({ key }) => (key as Values)['year'] === year)?.['exportIncome'],
      ...plain.exports,
    });
  }
  expect(years).toHaveLength(Object.keys(summary.total_by_year['exports'] ?? {}).length);
});

test('the exports of the small dump to each country are as expected', async () => {
  const found = await answered(`{ exportByCountryGroups(by: [COUNTRY_CODE]) { nodes {
    key { countryCode } rows sum { exportIncome } } } }`);
  const groups = (found['exportByCountryGroups']?.nodes ?? []).map(({ key, rows, sum }) => [
    (key as Values)['countryCode'],
    { rows, export_income: (sum as Values)['exportIncome'] },
  ]);
  expect(Object.fromEntries(groups)).toEqual(summary.export_by_country);
});
