import type { Knex } from 'knex';

type Values = Readonly<Record<string, unknown>>;

let lastReport = 0;

/** What a row has where a test says nothing else of it. */
function defaults(table: string): Values {
  lastReport += 1;
  const row = {
    report_id: lastReport,
    service_request_id: lastReport,
    year: 2024,
    report_type: 'quarter1',
    superseded: false,
  };
  if (table === 'gold.general_indicators') return { ...row, is_resident: true };
  if (table === 'gold.export_by_country') return { ...row, item_no: 1 };
  return row;
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
