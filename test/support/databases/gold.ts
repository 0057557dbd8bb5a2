import type { Knex } from 'knex';
import type { ColumnType } from '../../../src/api/model/mart';
import { marts } from './marts';

type Values = Readonly<Record<string, unknown>>;

/** What a column has that cannot be null, where a test says nothing of it. */
const VALUES: Readonly<Record<ColumnType, unknown>> = {
  Int: 1,
  String: 'text',
  Boolean: false,
  Decimal: '0.00',
  Date: '2024-01-01',
  DateTime: '2024-01-01T00:00:00Z',
  ReportType: 'quarter1',
};

let lastReport = 0;

function defaults(table: string): Values {
  lastReport += 1;
  const mart = marts.find((mart) => mart.table === table);
  const needed = mart?.dimensions.filter(({ nullable }) => !nullable) ?? [];
  return {
    ...Object.fromEntries(needed.map(({ column, type }) => [column, VALUES[type]])),
    report_id: lastReport,
    service_request_id: lastReport,
    year: 2024,
  };
}

/** Rows of a Gold table, each with an id of its own and what the test says of it. */
export async function givenRows(
  database: Knex,
  table: string,
  rows: readonly Values[],
): Promise<void> {
  await database.batchInsert(
    table,
    rows.map((row) => ({ ...defaults(table), ...row })),
  );
}

/** Deletes the rows of all marts. Rollups stay as they are. */
export async function emptyMarts(database: Knex): Promise<void> {
  await database.raw(marts.map(({ table }) => `delete from ${table}`).join('; '));
}

/** The newest publication: until there is one, no data can be read. */
export async function givenPublication(database: Knex): Promise<void> {
  await database('refresh.data_versions').insert({
    published_at: '2026-02-01T00:00:00.5Z',
    source_time: '2026-01-31T23:00:00Z',
    definition_hash: 'test',
    demonstration: false,
    full_rebuild: true,
    changed: JSON.stringify({}),
  });
}

/** What stands for a BIN before who may not read it. */
export async function givenPseudonym(
  database: Knex,
  bin: string,
  pseudonym: string,
): Promise<void> {
  await database('silver.bin_pseudonyms').insert({ bin, pseudonym });
}
