import { readFileSync } from 'node:fs';
import { testExpectedDump } from './expectedDump';
import { fixture } from '../support/places';

interface Expected {
  readonly silver: Readonly<Record<string, number>>;
  readonly gold: Readonly<Record<string, number>>;
  readonly defects: Readonly<Record<string, number>>;
  readonly quarantine: Readonly<Record<string, number>>;
  readonly bronze: { readonly lines: number };
  readonly max_event_bytes: number;
}

const expected = JSON.parse(
  readFileSync(fixture('hostile/expected-summary.json'), 'utf8'),
) as Expected;

const { warehouse, loaded } = testExpectedDump({
  name: 'hostile',
  maxEventBytes: expected.max_event_bytes,
});

interface Counted {
  readonly what: string;
  readonly rows: number;
}

/** The rows of a statement that gives `what` and `rows`, as one object. */
async function counted(statement: string): Promise<Record<string, number>> {
  const { rows } = await warehouse().knex.raw<{ rows: Counted[] }>(statement);
  return Object.fromEntries(rows.map((row) => [row.what, row.rows]));
}

test('every table of Silver and Gold has as many rows as the hostile dump must give', async () => {
  const tables = [
    ...Object.keys(expected.silver).map((table) => `silver.${table}`),
    ...Object.keys(expected.gold).map((table) => `gold.${table}`),
  ];
  const found = await counted(
    tables
      .map((table) => `select '${table}' as what, count(*)::int as rows from ${table}`)
      .join(' union all '),
  );
  expect(Object.values(found)).toEqual([
    ...Object.values(expected.silver),
    ...Object.values(expected.gold),
  ]);
});

test('what cannot be read in the hostile dump is a defect of its column, and nothing else is', async () => {
  const found = await counted(`
    select source_table || '.' || column_name as what, count(*)::int as rows
    from silver.defects group by 1 order by 1`);
  // A company_tin of other than twelve digits is passed over for the next source, and that is said too.
  expect(found).toEqual({ ...expected.defects, 'service_report.company_tin': 40 });
});

/** The fixture's words for the reasons. Bytes that are not UTF-8 are, to it, not JSON. */
const REASON = `case
  when reason_code in ('NOT_JSON', 'NOT_UTF8') then 'not json'
  when reason_code = 'NO_KEY' then 'no key'
  when reason_code = 'UNKNOWN_OP' then 'unknown op'
  when reason_code = 'MISSING_COLUMN' then regexp_replace(reason, '^The row has (no \\w+)\\.$', '\\1')
  when reason_code = 'BAD_COLUMN' then substring(reason from 'report_type')
  when reason_code = 'NOT_STORABLE' then 'unstorable'
  when reason_code = 'TOO_LARGE' then 'too large'
  when reason_code = 'CHANGED_COORDINATE' then 'other content'
end`;

test('every record of the hostile dump is in Bronze, known, or in quarantine for its reason', async () => {
  const found = await counted(
    `select ${REASON} as what, count(*)::int as rows from bronze.quarantine group by 1`,
  );
  expect(found).toEqual(expected.quarantine);
  const { added, known, unreadable, quarantined } = loaded();
  expect(added + known + unreadable).toBe(expected.bronze.lines);
  expect(quarantined).toBe(Object.values(expected.quarantine).reduce((a, b) => a + b));
});
