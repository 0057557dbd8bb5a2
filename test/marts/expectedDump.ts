import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ingestDumpFile } from '../../src/warehouse/bronze/dumpFile';
import type { LoadCounts } from '../../src/warehouse/bronze/loadCounts';
import { snakeCase } from '../../src/api/model/names';
import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { ask, type Asker } from '../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { reportMarts } from '../support/databases/marts';
import { plainYear, type PlainReport } from './plainQuality';
import { fixture } from '../support/places';

type Values = Record<string, unknown>;
interface Connection {
  readonly nodes: readonly Values[];
}
interface Summary {
  readonly gold: Record<string, number>;
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

const ALL: Asker = { rights: ['marts:read', 'bin:read', 'quality:read'] };

/** A fixture may write a second's fraction with zeros at its end. */
const withPlainTimes = ({ signed_at: time, ...values }: Values): Values =>
  typeof time === 'string'
    ? { ...values, signed_at: time.replace(/(\.\d*?)0+Z$/, '$1Z').replace('.Z', 'Z') }
    : values;

const columnsOf = (values: Values) =>
  Object.fromEntries(Object.entries(values).map(([field, value]) => [snakeCase(field), value]));

export interface ExpectedDump {
  /** The folder below test/fixtures. */
  readonly name: string;
  readonly maxEventBytes: number;
}

export interface LoadedDump {
  /** Both are there once the tests run. */
  readonly warehouse: () => TestDatabase;
  readonly loaded: () => LoadCounts;
}

/**
 * Loads a dump of test/fixtures and tests that the marts answer what its expected files say. What
 * it returns is for tests of one dump alone.
 */
export function testExpectedDump({ name, maxEventBytes }: ExpectedDump): LoadedDump {
  const folder = fixture(name);
  const summary = JSON.parse(
    readFileSync(join(folder, 'expected-summary.json'), 'utf8'),
  ) as Summary;
  const expectedRows = gunzipSync(readFileSync(join(folder, 'expected-rows.ndjson.gz')))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Values & PlainReport & { certificate: Values | null });

  let warehouse: TestDatabase;
  let loaded: LoadCounts;
  beforeAll(async () => {
    warehouse = await createTestDatabase();
    loaded = await ingestDumpFile(warehouse.knex, join(folder, 'bronze.ndjson.gz'), {
      maxEventBytes,
    });
    await refresh(warehouse.knex, { reason: 'test' });
  });
  afterAll(() => warehouse.drop());

  async function answered(query: string): Promise<Record<string, Connection>> {
    const { data, errors } = await ask(warehouse.knex, query, ALL);
    expect(errors).toBeUndefined();
    return data as Record<string, Connection>;
  }

  describe.each(reportMarts.map((mart) => [mart.rootField, mart] as const))(
    `%s of the ${name} dump`,
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
          const shown = Object.fromEntries(
            known.map((column) => [snakeCase(column), node[column]]),
          );
          const expected = Object.fromEntries(
            known.map((column) => [snakeCase(column), row?.[snakeCase(column)]]),
          );
          expect(withPlainTimes(shown)).toEqual({
            ...withPlainTimes(expected),
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

      // The figures of a mart that is newer than the dump are not part of its summary.
      if (!(snakeCase(field) in summary.total_by_year)) return;
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

  test(`every table in the summary of the ${name} dump is a mart`, () => {
    const names = reportMarts.map(({ rootField }) => snakeCase(rootField));
    expect(names).toEqual(expect.arrayContaining(Object.keys(summary.total_by_year)));
  });

  test(`the quality of every mart of the ${name} dump is as expected`, async () => {
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

  test(`the quality of each year of the ${name} dump is what reading its reports one by one gives`, async () => {
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

  test(`every export item of the ${name} dump is as expected`, async () => {
    const expected = expectedRows.flatMap((row) =>
      row.export_by_country.map((item) => ({ report_id: row['report_id'], ...item })),
    );
    const found = await answered(`{ exportByCountry(
      first: 1000, orderBy: [{ field: REPORT_ID, direction: ASC }, { field: ITEM_NO, direction: ASC }]
    ) { nodes { reportId itemNo countryCode country exportIncome } } }`);
    const known = Object.keys(expected[0] ?? {});
    const items = (found['exportByCountry']?.nodes ?? []).map(columnsOf);
    expect(
      items.map((item) => Object.fromEntries(known.map((name) => [name, item[name]]))),
    ).toEqual(expected);
    expect(expected).toHaveLength(summary.gold['export_by_country'] ?? 0);
  });

  test(`the exports of the ${name} dump to each known country are as expected`, async () => {
    const found = await answered(`{ exportByCountryGroups(
      by: [COUNTRY_CODE], filter: { countryCode: { isNull: false } }
    ) { nodes { key { countryCode } rows sum { exportIncome } } } }`);
    const groups = (found['exportByCountryGroups']?.nodes ?? []).map(({ key, rows, sum }) => [
      (key as Values)['countryCode'],
      { rows, export_income: (sum as Values)['exportIncome'] },
    ]);
    expect(Object.fromEntries(groups)).toEqual(summary.export_by_country);
  });

  return { warehouse: () => warehouse, loaded: () => loaded };
}
