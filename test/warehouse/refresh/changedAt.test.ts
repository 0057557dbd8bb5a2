import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { reportMarts } from '../../support/databases/marts';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

let warehouse: TestDatabase;
beforeAll(async () => {
  warehouse = await createTestDatabase();
});
afterAll(() => warehouse.drop());

const form = (income: number) => ({
  income_total: income,
  income_international: income,
  finance_source_loan: income,
  tax_incentives_kpn: income,
  gph_count: income,
});

/** By mart: the report's moment as PostgreSQL writes it, whose order is that of time. */
async function changedAt(report: number): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { table } of reportMarts) {
    const { rows } = await warehouse.knex.raw<{ rows: { at: string }[] }>(
      `select to_char(changed_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.US') as at
       from ${table} where report_id = ${String(report)}`,
    );
    found[table] = rows[0]?.at ?? 'no row';
  }
  return found;
}

test('a row of a mart bears when a refresh last changed it, and a rebuild changes nothing of that', async () => {
  const { knex } = warehouse;
  await loadRecords(knex, [
    change(reportRow(1, { service_request_id: 1, data: form(1) }), { offset: 1 }),
    change(reportRow(2, { service_request_id: 2, data: form(2) }), { offset: 2 }),
  ]);
  await refresh(knex, { reason: 'first' });
  const [first, second] = [await changedAt(1), await changedAt(2)];

  const changed = reportRow(2, { service_request_id: 2, data: form(3) });
  await loadRecords(knex, [change(changed, { offset: 3, op: 'u' })]);
  await refresh(knex, { reason: 'second' });
  expect(await changedAt(1)).toEqual(first);
  const later = await changedAt(2);
  for (const { table } of reportMarts) {
    expect([table, String(later[table]) > String(second[table])]).toEqual([table, true]);
  }

  await refresh(knex, { reason: 'rebuild', full: true });
  expect(await changedAt(1)).toEqual(first);
  expect(await changedAt(2)).toEqual(later);
});
