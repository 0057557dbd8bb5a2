import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { allRows, dumpLine, loadLines, reportRow } from '../../support/databases/warehouse';

/** What may stand in any column, as JSON: most of it belongs in none. */
const VALUES = [
  ...['null', 'true', '[]', '{}', '""', '" "', '"-"', '0', '-0', '12.50', '1.0E+2', '12.0'],
  ...['1e400', '-1e-400', '1e99999', '1e17', '"1e5"', '2147483648', '-2147483649', '1e9'],
  ...['9'.repeat(3_000), `"${'9'.repeat(3_000)}"`, `"${'\\\\'.repeat(50)}"`, '"NaN"'],
  ...['"\\u0001\\b"', '"😀"', '"<company><tin>"', '"&#x110000; &#xD800;&#99999999;"'],
  ...['"infinity"', '"-infinity"', '"2024-02-30"', '"30.02.2024"', '"0000-00-00"'],
  ...['"2025-02-28T29:00:00Z"', '"2025-06-31T00:00:00Z"', '"1999-00-15T00:00:00Z"'],
  ...['"0000-01-01T00:00:00Z"', '"10000-01-01T00:00:00Z"', '"2025-01-28T00:00:00.123456789012Z"'],
  ...['[[[1]]]', '[null,1,"x",{"country":{},"current_sum":[]}]', '{"signed_xml":"<company><tin>"}'],
  ...['[{"country":"US","current_sum":1e300}]', '[{"country":"US","current_sum":"9e9"}]'],
  ...['"__debezium_unavailable_value"', '"x***y***z***123456789012"'],
];

/** Texts that hold JSON, for the columns that should. */
const FORMS = [
  ...['null', '5', '"x"', '[1]', '{"signed_xml":5}', '{"signed_xml":"<company a=\'\'><tin>&#0;"}'],
  ...['{"activation_info":{"issue_date":[],"certificate_number":{}}}', '{"activation_info":5}'],
  ...['{"protocol":[],"deactivation_info":"x"}', '{"protocol":{"info":[]}}'],
].map((form) => JSON.stringify(form));

const FORM_COLUMNS = [
  ...['company_tin', 'company_name', 'certificate_number', 'oked', 'residents_count'],
  ...['income_total', 'government_support_measures', 'investor_country_company'],
  ...['activity_fields', 'income_international_current_quarter'],
];

/** A row as JSON, in which one column has the value. */
function rowWith(row: object, column: string, value: string): string {
  return JSON.stringify({ ...row, [column]: '@value' }).replace('"@value"', () => value);
}

const lines: string[] = [];
function given(table: string, rowOf: (id: number) => string): void {
  const id = lines.length + 1;
  const payload = `{"op":"c","after":${rowOf(id)},"source":{"lsn":${id}}}`;
  lines.push(dumpLine({ table, offset: id, key: { id }, payload }));
}

for (const value of VALUES) {
  for (const column of FORM_COLUMNS) {
    const data = `{"${column}":${value}}`;
    given('service_report', (id) =>
      JSON.stringify(reportRow(id, { data, service_request_id: id })),
    );
  }
  for (const column of ['name', 'short_name', 'tin']) {
    given('account_company', (id) => rowWith({ id }, column, value));
  }
}
for (const value of [...VALUES, ...FORMS]) {
  for (const column of ['signature', 'data', 'version', 'created_at', 'signed_at']) {
    given('service_report', (id) =>
      rowWith(reportRow(id, { service_request_id: id }), column, value),
    );
  }
  const columns = ['company_id', 'number', 'status', 'service_id', 'bp_status', 'created_at'];
  for (const column of [...columns, 'search_field', 'data']) {
    given('service_servicerequest', (id) => rowWith({ id, service_id: 'techpark' }, column, value));
  }
}

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

test('whatever stands in whichever column, a refresh ends well, soon, and as a rebuild does', async () => {
  const counts = await loadLines(warehouse.knex, lines);
  // Only texts in the place of JSON are none.
  expect(counts.added + counts.quarantined).toBe(lines.length);
  expect(counts.quarantined).toBeLessThan(lines.length / 10);

  const { milliseconds } = await refresh(warehouse.knex, { reason: 'test' });
  expect(milliseconds).toBeLessThan(30_000);
  const rows = await allRows(warehouse.knex);
  const read = ['companies', 'service_requests', 'service_report_v2'].map(
    (table) => rows[`silver.${table}`]?.length ?? 0,
  );
  // Nothing is dropped in silence.
  expect(read.reduce((sum, count) => sum + count, 0)).toBe(counts.added);

  await refresh(warehouse.knex, { reason: 'test', full: true });
  expect(await allRows(warehouse.knex)).toEqual(rows);
});
