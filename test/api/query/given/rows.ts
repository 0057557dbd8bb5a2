import type { Knex } from 'knex';

export type GivenRow = Readonly<Record<string, unknown>>;

/** Puts rows in a Gold table; what a row leaves out is a yearly report of 2024 by a request of its own. */
export async function givenRows(
  database: Knex,
  table: string,
  rows: readonly GivenRow[],
): Promise<void> {
  const complete = rows.map((row, index) => ({
    report_id: index + 1,
    service_request_id: index + 1,
    year: 2024,
    report_type: 'yearly',
    superseded: false,
    ...(table === 'gold.general_indicators' ? { is_resident: true } : {}),
    ...(table === 'gold.export_by_country' ? { item_no: 1 } : {}),
    ...row,
  }));
  // Rows that leave a column out would otherwise share one INSERT with those that give it.
  const columns = [...new Set(complete.flatMap((row) => Object.keys(row)))];
  const even = complete.map((row: GivenRow) =>
    Object.fromEntries(columns.map((column) => [column, row[column] ?? null])),
  );
  if (even.length > 0) await database.batchInsert(table, even, 500);
}
