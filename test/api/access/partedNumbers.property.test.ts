import fc from 'fast-check';
import type { Right } from '../../../src/api/access/viewer';
import { createKey } from '../../../src/api/access/keys/keys';
import { keepMaskedViews } from '../../../src/ground/database/accounts/maskedViews';
import { maskedViews } from '../../../src/api/query/views/maskedViews';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { serveTest, type ServedDatabase } from '../server/support';
import { model } from '../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { amidWords, bin, digitsOf, parted, phone } from '../../support/asking/parted';
import { company } from '../../support/databases/plantedEvents';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

const COMPANIES = 40;
const MASK = { fromYear: 0, policy: 'year' } as const;

/** Reads without BINs, and what is given and cannot be read too. */
const CALLER: readonly Right[] = ['marts:read', 'quality:read'];

interface Planted {
  readonly bin: string;
  readonly phone: string;
  /** One for each text of the source. */
  readonly texts: readonly string[];
}

const TEXTS = 12;
const planted: fc.Arbitrary<Planted> = fc.tuple(bin, phone).chain(([number, call]) =>
  fc.record({
    bin: fc.constant(number),
    phone: fc.constant(call),
    texts: fc.array(
      fc
        .tuple(amidWords(parted(fc.constant(number))), amidWords(parted(fc.constant(call))))
        .map(([one, other]) => `${one} тел ${other} конец`),
      { minLength: TEXTS, maxLength: TEXTS },
    ),
  }),
);

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const all = fc
  .sample(planted, { numRuns: COMPANIES, seed })
  // Two of one BIN would be one company.
  .filter(({ bin: own }, index, some) => some.findIndex((other) => other.bin === own) === index);

let database: TestDatabase;
let served: ServedDatabase;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await loadRecords(
    database.knex,
    all.flatMap(({ bin: tin, texts }, index) => {
      const id = index + 1;
      const [
        name,
        short,
        protocol,
        reason,
        certificate,
        formName,
        oked,
        field,
        country,
        buyer,
        amount,
        day,
      ] = texts;
      const request = {
        id,
        created_at: '2025-01-01T00:00:00Z',
        updated_at: '2025-01-01T00:00:00Z',
        status: texts[0],
        search_field: `Кто-то***${tin}***a@b.kz***${tin}***ТОО`,
        service_id: 'techpark',
        bp_status: 'registered',
        data: JSON.stringify({
          activation_info: { certificate_number: certificate, issue_date: day },
          deactivation_info: { reason },
          protocol: { info: { name: protocol } },
        }),
        // One in three is known by the request alone.
        company_id: index % 3 === 0 ? null : id,
        number: id,
      };
      const report = reportRow(id, {
        service_request_id: id,
        version: texts[1],
        data: {
          company_tin: tin,
          company_name: index % 2 === 0 ? formName : '',
          certificate_number: index % 2 === 0 ? certificate : '',
          oked,
          activity_fields: ['ИТ', field],
          investor_country_company: country,
          finance_source_loan: amount,
          residents_count: amount,
          income_international_current_quarter: [
            { country: buyer, current_sum: '5' },
            { country: buyer, current_sum: amount },
          ],
        },
      });
      return [
        change(company(id, { name, short_name: short, tin }), {
          offset: index,
          table: 'account_company',
        }),
        change(request, { offset: index, table: 'service_servicerequest' }),
        change(report, { offset: index }),
      ];
    }),
  );
  await refresh(database.knex, { reason: 'test' });
  await keepMaskedViews(database.knex, maskedViews(model, MASK), MASK);
  served = await serveTest({ product: true, database, config: { MASK_BIN_FROM_YEAR: 0 } });
  key = (await createKey(database.knex, { name: 'parted', rights: CALLER.join(',') })).key;
});
afterAll(() => served.stop());

/** Which companies' numbers stand in a text, one value after the other, whatever parts their digits. */
function expectNone(where: string, values: Iterable<string>): void {
  const found: unknown[] = [];
  for (const value of values) {
    const digits = digitsOf(value);
    for (const one of all) {
      for (const number of [one.bin, one.phone])
        if (digits.includes(number)) found.push([number, value]);
    }
  }
  expect({ seed, where, found }).toEqual({ seed, where, found: [] });
}

/** All texts within a JSON value. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) yield* textsIn(part);
}

async function answerTo(
  query: string,
): Promise<Record<string, { totalCount: number; nodes: unknown[] }>> {
  const response = await fetch(`${served.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const answer = (await response.json()) as {
    data: Record<string, { totalCount: number; nodes: unknown[] }>;
    errors?: unknown;
  };
  expect(answer.errors).toBeUndefined();
  return answer.data;
}

test('parted numbers stand in no row of Silver and Gold but as the BIN itself', async () => {
  const { rows: columns } = await database.knex.raw<{ rows: { place: string; column: string }[] }>(
    `select format('%I.%I', table_schema, table_name) as place, quote_ident(column_name) as column
     from information_schema.columns
     where table_schema in ('silver', 'gold', 'refresh', 'gold_masked') and column_name not in ('bin', 'tin', 'company_tin')
       and data_type not in ('numeric', 'integer', 'bigint', 'date', 'boolean') and data_type not like 'timestamp%'`,
  );
  expect(columns.length).toBeGreaterThan(60);
  for (const { place, column } of columns) {
    const { rows } = await database.knex.raw<{ rows: { value: string }[] }>(
      `select ${column}::text as value from ${place} where ${column} is not null`,
    );
    expectNone(
      `${place}.${column}`,
      rows.map(({ value }) => value),
    );
  }
});

test('nor in any row, group, match, file or view that a caller gets', async () => {
  for (const { rootField, dimensions, measures } of model.marts) {
    const own = [...dimensions, ...measures].map(({ field }) => field).join(' ');
    const rows =
      await answerTo(`{ ${rootField}(first: 1000) { totalCount nodes { ${own} certificate { number }
      company { name shortName bin } participation { companyName bin deactivationReason certificateNumber }
      missing { field defects { value } } } } }`);
    expect(rows[rootField]?.totalCount).toBeGreaterThan(0);
    expectNone(rootField, textsIn(rows));
    expectNone(
      rootField,
      textsIn(
        await answerTo(`{ ${rootField}Groups(by: [COMPANY_NAME, CERTIFICATE], first: 1000) {
      totalCount nodes { key { companyName certificate } rows } } }`),
      ),
    );
  }
  for (const { rootField } of [...model.marts, ...model.entities]) {
    for (const format of ['csv', 'ndjson']) {
      const file = await fetch(`${served.url}/export/${rootField}.${format}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      expect(file.status).toBe(200);
      expectNone(`${rootField}.${format}`, (await file.text()).split(/[,\n]/));
    }
  }
});

test('nobody is found by them', async () => {
  for (const { bin: number, phone: call, texts } of all.slice(0, 15)) {
    for (const digits of [
      number,
      call,
      `${number.slice(0, 6)} ${number.slice(6)}`,
      texts[0] ?? '',
    ]) {
      const { companySearch } = await answerTo(
        `{ companySearch(text: ${JSON.stringify(digits.slice(0, 300))}) { totalCount nodes { name foundBy closeness } } }`,
      );
      expectNone('companySearch', textsIn(companySearch));
      // Other digits, such as those of 100 %, may be like them.
      const nearer = companySearch?.nodes.filter(
        (node) => (node as { closeness: string }).closeness !== 'SIMILAR',
      );
      if (/^[\d ]+$/.test(digits)) expect([digits, nearer]).toEqual([digits, []]);
    }
    const filters = [number, call]
      .map((digits) => `{companyName: {contains: "${digits}"}}`)
      .join(', ');
    const { financing } = await answerTo(
      `{ financing(filter: {or: [${filters}]}) { totalCount } }`,
    );
    expect(financing?.totalCount).toBe(0);
  }
});
