import countries from 'i18n-iso-countries';
import { refresh } from '../../../src/warehouse/refresh/run/refresh';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import type { GivenRecord } from '../../support/databases/warehouse';
import { change, loadRecords, reportRow } from '../../support/databases/warehouse';

/**
 * Each case is a report or a request of its own. All are loaded and refreshed together, and each test
 * looks at what became of its row.
 */
const records: GivenRecord[] = [];

/** A signed report with the text of its form; texts stand as they are, so that 1e5 stays 1e5. */
function givenReport(data: string, columns: Readonly<Record<string, unknown>> = {}): number {
  const id = records.length + 1;
  const row = reportRow(id, { data, service_request_id: id, ...columns });
  records.push(change(row, { offset: id }));
  return id;
}

function givenRequest(columns: Readonly<Record<string, unknown>>): number {
  const id = records.length + 1;
  records.push(change({ id, ...columns }, { offset: id, table: 'service_servicerequest' }));
  return id;
}

type Row = Readonly<Record<string, unknown>>;
interface Defect {
  readonly key_id: string;
  readonly column_name: string;
  readonly position: number;
  readonly raw_value: string | null;
  readonly reason: string;
}

let warehouse: TestDatabase;
const silver = new Map<number, Row>();
const requests = new Map<number, Row>();
const items = new Map<number, Row[]>();
const defects = new Map<number, Defect[]>();

beforeAll(async () => {
  warehouse = await createTestDatabase();
  const { knex } = warehouse;
  expect(await loadRecords(knex, records)).toMatchObject({ quarantined: 0 });
  await refresh(knex, { reason: 'test' });
  for (const row of await knex<Row & { report_id: number }>('silver.service_report_v2')) {
    silver.set(row.report_id, row);
  }
  for (const row of await knex<Row & { service_request_id: number }>('silver.service_requests')) {
    requests.set(row.service_request_id, row);
  }
  for (const row of await knex<Row & { report_id: number }>('gold.export_by_country').orderBy(
    'item_no',
  )) {
    const { report_id, item_no, country_code, country, export_income } = row;
    const all = items.get(report_id) ?? [];
    items.set(report_id, [...all, { item_no, country_code, country, export_income }]);
  }
  for (const row of await knex<Defect>('silver.defects').orderBy(['column_name', 'position'])) {
    const id = Number(row.key_id);
    defects.set(id, [...(defects.get(id) ?? []), row]);
  }
});
afterAll(() => warehouse.drop());

const defectsOf = (id: number) =>
  (defects.get(id) ?? []).map(({ column_name, position }) =>
    position === 0 ? column_name : `${column_name} ${position}`,
  );

/** Marks a value that gives NULL and a defect. */
const DEFECT = 'a defect';
/** Marks a value by which nothing was given: NULL and no defect. */
const NOTHING = null;
type Expected = string | number | typeof NOTHING;

const told = (expected: Expected) => (expected === NOTHING ? 'nothing' : String(expected));

/** Cases of a value of the form: JSON → what Silver says. */
function casesOf(column: string, given: readonly (readonly [json: string, Expected])[]) {
  return given.map(([json, expected]) => ({
    json,
    becomes: told(expected),
    expected,
    id: givenReport(`{"${column}":${json}}`),
  }));
}

function expectColumn(id: number, column: string, expected: Expected): void {
  expect(silver.get(id)).toMatchObject({ [column]: expected === DEFECT ? null : expected });
  expect(defectsOf(id)).toEqual(expected === DEFECT ? [column] : []);
}

const NBSP = '\u00a0';
const NARROW = '\u202f';
const THIN = '\u2009';

describe('an amount', () => {
  const NINES = '9'.repeat(18);
  const cases = casesOf('income_total', [
    ['0', '0.00'],
    ['-0', '0.00'],
    ['12', '12.00'],
    ['12.5', '12.50'],
    ['-12.345', '-12.35'],
    ['"1234567.89"', '1234567.89'],
    ['"-1234567,89"', '-1234567.89'],
    ['"007"', '7.00'],
    ['"1 234 567,89"', '1234567.89'],
    [`"1${NBSP}234${NBSP}567.8"`, '1234567.80'],
    [`"1${NARROW}234${THIN}567"`, '1234567.00'],
    ['"12 34"', '1234.00'],
    ['"-1 000"', '-1000.00'],
    // Rounded half away from zero.
    ['0.005', '0.01'],
    ['-0.005', '-0.01'],
    ['0.0049999999999', '0.00'],
    ['"2,675"', '2.68'],
    ['"-2.675"', '-2.68'],
    ['-0.001', '0.00'],
    ['1.0050', '1.01'],
    // Eighteen digits before the point, and no more.
    [`${NINES}`, `${NINES}.00`],
    [`"${NINES},99"`, `${NINES}.99`],
    [`"-${NINES}.994"`, `-${NINES}.99`],
    [`"${NINES}.995"`, DEFECT],
    [`-${NINES}.995`, DEFECT],
    ['1000000000000000000', DEFECT],
    [`"000${NINES}"`, `${NINES}.00`],
    [`"${'9'.repeat(2_000)}"`, DEFECT],
    // An exponent makes a number, not a text.
    ['1e5', '100000.00'],
    ['1.5E+3', '1500.00'],
    ['-25e-1', '-2.50'],
    ['5e-3', '0.01'],
    ['1e17', '100000000000000000.00'],
    ['1e18', DEFECT],
    ['1e400', DEFECT],
    ['1e-400', '0.00'],
    ['1e99999', DEFECT],
    ['"1e5"', DEFECT],
    ['"1E5"', DEFECT],
    // Nothing given.
    ['null', NOTHING],
    ['""', NOTHING],
    ['"-"', NOTHING],
    ['"—"', NOTHING],
    // All else.
    ['"н/д"', DEFECT],
    ['"нет"', DEFECT],
    ['true', DEFECT],
    ['false', DEFECT],
    ['{}', DEFECT],
    ['{"sum":1}', DEFECT],
    ['[]', DEFECT],
    ['[1]', DEFECT],
    ['" "', DEFECT],
    ['"1  000"', DEFECT],
    ['"1,000.50"', DEFECT],
    ['"1.000,50"', DEFECT],
    ['"1."', DEFECT],
    ['".5"', DEFECT],
    ['"+5"', DEFECT],
    ['"--5"', DEFECT],
    ['"- 5"', DEFECT],
    ['"5-"', DEFECT],
    ['"5 тг"', DEFECT],
    ['"5%"', DEFECT],
    ['"NaN"', DEFECT],
    ['"Infinity"', DEFECT],
    ['"0x10"', DEFECT],
    ['"1_000"', DEFECT],
    ['"١٢"', DEFECT],
    ['"–"', DEFECT],
    ['"1\\n000"', DEFECT],
    ['"5\\n"', DEFECT],
  ]);

  test.each(cases)('$json gives $becomes', ({ id, expected }) => {
    expectColumn(id, 'income_total', expected);
  });

  const missing = givenReport('{}');
  test('that is missing is nothing given', () => expectColumn(missing, 'income_total', NOTHING));

  const each = givenReport(
    JSON.stringify({
      income_total: 'н/д',
      tax_incentives_kpn: 5,
      main_capital_investments: '1 000',
    }),
  );
  test('that cannot be read costs nothing else of the report', () => {
    expect(silver.get(each)).toMatchObject({
      income_total: null,
      tax_incentives_kpn: '5.00',
      main_capital_investments: '1000.00',
    });
    expect(defects.get(each)).toMatchObject([
      { column_name: 'income_total', raw_value: 'н/д', reason: 'expected an amount' },
    ]);
  });

  test('of any name in the form is read into the column of that name', async () => {
    const { rows } = await warehouse.knex.raw<{ rows: { name: string }[] }>(
      `select column_name as name from information_schema.columns
       where table_schema = 'silver' and table_name = 'service_report_v2'
         and data_type = 'numeric' and column_name <> 'income_international_current_quarter'`,
    );
    expect(rows).toHaveLength(22);
    for (const { name } of rows) expect([name, silver.get(full)?.[name]]).toEqual([name, '5.00']);
  });
});

const AMOUNT_NAMES = [
  'income_total',
  'income_international',
  'income_total_current_quarter',
  'income_total_previous_quarter',
  'investments_total_current_quarter',
  'finance_source_increase_authorized_capital',
  'main_capital_investments',
  'main_tangible_capital_investments',
  'main_intangible_capital_investments',
  'finance_source_loan',
  'finance_source_loan_foreign',
  'government_support_measures',
  'finance_source_government',
  'finance_source_investment',
  'investor_amount',
  'tax_incentives',
  'tax_incentives_kpn',
  'tax_incentives_nds',
  'tax_incentives_ipn',
  'tax_incentives_sn',
  'total_tax_saved',
  'collection_amount',
];
const full = givenReport(JSON.stringify(Object.fromEntries(AMOUNT_NAMES.map((name) => [name, 5]))));

describe('a count', () => {
  const cases = casesOf('residents_count', [
    ['0', 0],
    ['-0', 0],
    ['12', 12],
    ['12.0', 12],
    ['1.2e1', 12],
    ['1e2', 100],
    ['"12"', 12],
    ['"0012"', 12],
    ['2147483647', 2147483647],
    ['"2147483647"', 2147483647],
    ['null', NOTHING],
    ['""', NOTHING],
    ['"-"', NOTHING],
    ['"—"', NOTHING],
    ['12.5', DEFECT],
    ['"12.0"', DEFECT],
    ['"1e2"', DEFECT],
    ['-3', DEFECT],
    ['"-3"', DEFECT],
    ['2147483648', DEFECT],
    ['"99999999999"', DEFECT],
    ['1e400', DEFECT],
    ['1e-1', DEFECT],
    ['"1 000"', DEFECT],
    ['" 12"', DEFECT],
    ['"двенадцать"', DEFECT],
    ['true', DEFECT],
    ['{}', DEFECT],
    ['[12]', DEFECT],
    [`"${'1'.repeat(5_000)}"`, DEFECT],
  ]);

  test.each(cases)('$json gives $becomes', ({ id, expected }) => {
    expectColumn(id, 'residents_count', expected);
  });
});

describe('a date', () => {
  const cases = (
    [
      ['"2024-02-29"', '2024-02-29'],
      ['"29.02.2024"', '2024-02-29'],
      ['"2000-02-29"', '2000-02-29'],
      ['"0001-01-01"', '0001-01-01'],
      ['"9999-12-31"', '9999-12-31'],
      ['"31.12.2025"', '2025-12-31'],
      ['null', NOTHING],
      ['""', NOTHING],
      ['"-"', NOTHING],
      ['"—"', NOTHING],
      ['"2023-02-29"', DEFECT],
      ['"1900-02-29"', DEFECT],
      ['"2024-04-31"', DEFECT],
      ['"31.04.2024"', DEFECT],
      ['"2024-13-01"', DEFECT],
      ['"2024-00-01"', DEFECT],
      ['"2024-01-00"', DEFECT],
      ['"2024-01-32"', DEFECT],
      ['"0000-01-01"', DEFECT],
      ['"12.31.2024"', DEFECT],
      ['"1.2.2024"', DEFECT],
      ['"2024-1-2"', DEFECT],
      ['"01.02.24"', DEFECT],
      ['"2024/01/02"', DEFECT],
      ['"2024-01-02T00:00:00Z"', DEFECT],
      ['" 2024-01-02"', DEFECT],
      ['"today"', DEFECT],
      ['"infinity"', DEFECT],
      ['20240102', DEFECT],
      ['true', DEFECT],
      ['{}', DEFECT],
    ] as const
  ).map(([json, expected]) => ({
    json,
    becomes: told(expected),
    expected,
    id: givenRequest({
      data: `{"activation_info":{"issue_date":${json},"end_date":${json}},"deactivation_info":{"exit_date":${json}}}`,
    }),
  }));

  test.each(cases)('$json gives $becomes', ({ id, expected }) => {
    const date = expected === DEFECT ? null : expected;
    expect(requests.get(id)).toMatchObject({
      certificate_issue_date: date,
      certificate_end_date: date,
      deactivation_date: date,
    });
    expect(defectsOf(id)).toEqual(
      expected === DEFECT
        ? ['activation_info.end_date', 'activation_info.issue_date', 'deactivation_info.exit_date']
        : [],
    );
  });
});

describe('a time', () => {
  const cases = (
    [
      ['2025-02-01T10:00:00.000001Z', '2025-02-01 10:00:00.000001+00'],
      ['2025-02-01T23:59:59Z', '2025-02-01 23:59:59+00'],
      ['2024-02-29T00:00:00Z', '2024-02-29 00:00:00+00'],
      ['2025-01-31T00:00:00+05:00', '2025-01-30 19:00:00+00'],
      [null, NOTHING],
      ['2025-02-29T00:00:00Z', DEFECT],
      ['2025-02-30T00:00:00Z', DEFECT],
      ['2025-00-10T00:00:00Z', DEFECT],
      ['2025-13-10T00:00:00Z', DEFECT],
      ['2025-02-00T00:00:00Z', DEFECT],
      ['2025-02-01T24:00:00Z', DEFECT],
      ['2025-02-01T29:00:00Z', DEFECT],
      ['2025-02-01T10:60:00Z', DEFECT],
      ['2025-02-01T10:00:60Z', DEFECT],
      ['2025-02-01', DEFECT],
      ['yesterday', DEFECT],
      [1_738_404_000_000, DEFECT],
    ] as const
  ).map(([given, expected]) => ({
    given,
    becomes: told(expected),
    expected,
    id: givenReport('{}', { signed_at: given }),
  }));

  test.each(cases)('$given gives $becomes', ({ id, expected }) => {
    expectColumn(id, 'signed_at', expected);
  });
});

describe('a certificate number', () => {
  const cases = casesOf('certificate_number', [
    ['"12"', '12'],
    ['12', '12'],
    ['"  № 12-А "', '№ 12-А'],
    [`"${NBSP}12\\n"`, '12'],
    ['"нету"', 'нету'],
    ['"-2"', '-2'],
    ['0', '0'],
    ['null', NOTHING],
    ['""', NOTHING],
    ['"  "', NOTHING],
    ['"-"', NOTHING],
    ['"—"', NOTHING],
    ['" - "', NOTHING],
    ['"-1"', NOTHING],
    ['-1', NOTHING],
    ['"нет"', NOTHING],
    ['" нет "', NOTHING],
    ['true', DEFECT],
    ['{"number":12}', DEFECT],
    ['[12]', DEFECT],
  ]);

  test.each(cases)('$json gives $becomes', ({ id, expected }) => {
    expectColumn(id, 'certificate_number', expected);
  });

  const request = givenRequest({
    data: JSON.stringify({
      activation_info: { certificate_number: ' 17 ' },
      deactivation_info: { reason: ' по заявлению ' },
      protocol: { info: { name: 'ТОО «Ромашка»' } },
    }),
  });
  test('of a request stands beside its reason and its name', () => {
    expect(requests.get(request)).toMatchObject({
      certificate_number: '17',
      deactivation_reason: 'по заявлению',
      company_name: 'ТОО «Ромашка»',
    });
  });

  const shapeless = ['[]', '1', '"x"', 'null', '{"activation_info":[],"protocol":"x"}'].map(
    (data) => givenRequest({ data, deactivation_info: {} }),
  );
  test('is missing where the form or its part is no object, and the request stays', () => {
    for (const id of shapeless) {
      expect(requests.get(id)).toMatchObject({ certificate_number: null, company_name: null });
    }
    expect(shapeless.map(defectsOf)).toEqual([
      ['data'],
      ['data'],
      ['data'],
      [],
      ['activation_info', 'protocol'],
    ]);
  });
});

describe('a BIN', () => {
  const bin = casesOf('company_tin', [
    ['"010240000011"', '010240000011'],
    ['" 010240000011 "', '010240000011'],
    ['110240000011', '110240000011'],
    ['"777777000001"', '777777000001'],
    ['"000000000000"', '000000000000'],
    ['null', NOTHING],
    ['""', NOTHING],
    ['"-"', NOTHING],
    ['"01024000001"', DEFECT],
    ['"0102400000111"', DEFECT],
    ['"01024000001X"', DEFECT],
    ['"010240 000011"', DEFECT],
    ['"٠١٠٢٤٠٠٠٠٠١١"', DEFECT],
    ['{}', DEFECT],
  ]);

  test.each(bin)('$json gives $becomes', ({ id, expected }) => {
    expectColumn(id, 'company_tin', expected);
  });

  const searched = (
    [
      ['Имя***900101300123***a@example.kz***010240000011***ТОО', '010240000011'],
      ['Имя***900101300123***a@example.kz*** 010240000011 ***ТОО', '010240000011'],
      ['Имя***900101300123***a@example.kz***010240000011', '010240000011'],
      ['Имя***900101300123***a@example.kz******ТОО', null],
      ['Имя***900101300123***a@example.kz***-***ТОО', null],
      ['Имя***900101300123', null],
      ['900101300123', null],
      ['', null],
      [null, null],
    ] as const
  ).map(([search_field, expected]) => ({
    search_field,
    expected,
    id: givenRequest({ search_field }),
  }));
  test.each(searched)('of a request is the fourth part of $search_field', ({ id, expected }) => {
    expect(requests.get(id)).toMatchObject({ company_tin: expected });
    expect(defectsOf(id)).toEqual([]);
  });
});

describe('the form’s other values', () => {
  const fields = casesOf('oked', [
    ['"62.01"', '62.01'],
    ['6201', '6201'],
    ['" 62 "', '62'],
    ['""', NOTHING],
    ['null', NOTHING],
    ['["62"]', DEFECT],
  ]);
  test.each(fields)('oked $json gives $becomes', ({ id, expected }) => {
    expectColumn(id, 'oked', expected);
  });

  const activities = (
    [
      ['["ИТ"," ИИ ","",null,5,"-"]', ['ИТ', 'ИИ', '5'], []],
      [
        '["ИТ",{"name":"ИИ"},["Связь"],true,"a{b","[c[","true"]',
        ['ИТ', 'a{b', '[c[', 'true'],
        ['activity_fields 2', 'activity_fields 3', 'activity_fields 4'],
      ],
      ['[[]]', [], ['activity_fields 1']],
      ['[false]', [], ['activity_fields 1']],
      ['[]', [], []],
      ['null', null, []],
      ['""', null, []],
      ['"ИТ"', null, ['activity_fields']],
      ['{}', null, ['activity_fields']],
    ] as const
  ).map(([json, texts, lost]) => ({
    json,
    texts,
    lost,
    id: givenReport(`{"activity_fields":${json}}`),
  }));
  const names = casesOf('company_name', [
    ['"ТОО Альфа"', 'ТОО Альфа'],
    ['{"ru":"ТОО Альфа"}', DEFECT],
    ['["ТОО Альфа"]', DEFECT],
    ['true', DEFECT],
    ['""', NOTHING],
  ]);
  test.each(names)('the company name $json gives $becomes', ({ id, expected }) => {
    expectColumn(id, 'company_name', expected);
  });

  const signatures = ['"<company/>"', '[]', '7'].map((signature) =>
    givenReport('{}', { signature }),
  );
  test.each(signatures)('a signature that is no object is a defect (%s)', (id) => {
    expect(defectsOf(id)).toEqual(['signature']);
  });

  const PARTS = [
    ['{"activation_info":"Айгерим"}', ['activation_info']],
    [
      '{"activation_info":[],"deactivation_info":true,"protocol":5}',
      ['activation_info', 'deactivation_info', 'protocol'],
    ],
    ['{"protocol":{"info":["Айгерим"]}}', ['protocol.info']],
    [
      '{"protocol":{"info":{"name":{"ru":"Айгерим"}}},"deactivation_info":{"reason":["x"]}}',
      ['deactivation_info.reason', 'protocol.info.name'],
    ],
    ['{"activation_info":null,"protocol":{"info":null},"deactivation_info":{}}', []],
    ['{"protocol":{"info":{"name":"ТОО Альфа"}},"deactivation_info":{"reason":7}}', []],
  ] as const;
  const requestsOfParts = PARTS.map(([data, lost]) => ({ data, lost, id: givenRequest({ data }) }));
  test.each(requestsOfParts)(
    'what is no object or text in $data is a defect: $lost',
    ({ id, lost }) => {
      expect(defectsOf(id)).toEqual(lost);
      expect(JSON.stringify(defects.get(id) ?? [])).not.toContain('Айгерим');
    },
  );

  test.each(activities)('activity fields $json are the texts $texts', ({ id, texts, lost }) => {
    expect(silver.get(id)?.['activity_fields']).toEqual(texts);
    expect(defectsOf(id)).toEqual(lost);
  });

  const shapeless = ['[]', 'null', '"x"', '5', 'true'].map((data) => givenReport(data));
  test('are all missing where the form is no object, and the report stays', () => {
    expect(shapeless.map((id) => silver.get(id)?.['income_total'])).toEqual(Array(5).fill(null));
    expect(shapeless.map(defectsOf)).toEqual([['data'], [], ['data'], ['data'], ['data']]);
  });

  const column = givenReport('{}', { data: { income_total: 7 }, signature: null });
  test('are read from a form that came as an object too', () => {
    expectColumn(column, 'income_total', '7.00');
  });
});

describe('a country', () => {
  const named = (
    [
      ['США', 'US'],
      ['сша', 'US'],
      ['Сша', 'US'],
      ['ОАЭ', 'AE'],
      ['оаэ', 'AE'],
      ['Объединённые Арабские Эмираты', 'AE'],
      ['ОБЪЕДИНЕННЫЕ АРАБСКИЕ ЭМИРАТЫ', 'AE'],
      ['Россия', 'RU'],
      ['РОССИЯ', 'RU'],
      ['Российская Федерация', 'RU'],
      ['Кыргызстан', 'KG'],
      ['КИРГИЗИЯ', 'KG'],
      ['Қырғызстан', 'KG'],
      ['ҚЫРҒЫЗСТАН', 'KG'],
      ['Южная Корея', 'KR'],
      [`Южная${NBSP}Корея`, 'KR'],
      [' южная   корея ', 'KR'],
      ['Республика Корея', 'KR'],
      ['Оңтүстік Корея', 'KR'],
      ['South Korea', 'KR'],
      ['Казахстан', 'KZ'],
      ['Қазақстан', 'KZ'],
      ['ҚАЗАҚСТАН', 'KZ'],
      ['Kazakhstan', 'KZ'],
      ['KAZ', 'KZ'],
      ['kz', 'KZ'],
      ['US', 'US'],
      ['usa', 'US'],
      ['Usa', 'US'],
      ['GBR', 'GB'],
      ['Великобритания', 'GB'],
      ['Германия', 'DE'],
      ['Deu', 'DE'],
      ['Өзбекстан', 'UZ'],
      ['Côte d’Ivoire', 'CI'],
      ["Кот-д'Ивуар", 'CI'],
      ['Türkiye', 'TR'],
      ['Атлантида', null],
      ['США, Китай', null],
      ['ZZ', null],
      ['Deutschland', null],
    ] as const
  ).map(([name, code]) => ({
    name,
    code,
    id: givenReport(
      JSON.stringify({
        income_international_current_quarter: [{ country: name, current_sum: 1 }],
        investor_country_company: name,
      }),
    ),
  }));

  test.each(named)('$name has the code $code', ({ id, name, code }) => {
    expect(items.get(id)).toEqual([
      { item_no: 1, country_code: code, country: name, export_income: '1.00' },
    ]);
    // What is not known is kept as it was given.
    expect(silver.get(id)?.['investor_country_company']).toBe(name);
    expect(defectsOf(id)).toEqual(code === null ? ['country 1', 'investor_country_company'] : []);
  });

  test('is known by each code and name that the library lists, in any letter case', async () => {
    const codes = new Map<string, Set<string>>();
    const add = (name: string, code: string) => {
      for (const spelling of [name, name.toUpperCase(), name.toLowerCase()]) {
        codes.set(spelling, (codes.get(spelling) ?? new Set()).add(code));
      }
    };
    for (const [alpha2, alpha3] of Object.entries(countries.getAlpha2Codes())) {
      add(alpha2, alpha2);
      add(alpha3, alpha2);
      for (const language of ['ru', 'kk', 'en']) {
        for (const name of [countries.getName(alpha2, language, { select: 'all' }) ?? []].flat()) {
          add(name, alpha2);
        }
      }
    }
    expect(codes.size).toBeGreaterThan(1_500);
    const { rows } = await warehouse.knex.raw<{ rows: { name: string; country_code: string }[] }>(
      `select given as name, country_code from unnest(?::text[]) as given
       left join silver.country_names known on known.name = silver.country_key(given)`,
      [[...codes.keys()]],
    );
    const wrong = rows.filter(({ name, country_code }) => !codes.get(name)?.has(country_code));
    // A name that is used of two countries is nobody's.
    const ofTwo = ['Congo', 'Конго'].flatMap((name) => [
      name,
      name.toUpperCase(),
      name.toLowerCase(),
    ]);
    expect(wrong.map(({ name }) => name).sort()).toEqual(ofTwo.sort());
    expect(wrong.filter(({ country_code }) => country_code !== null)).toEqual([]);
  });

  const investors = (
    [
      ['null', null, null, true, []],
      ['""', null, null, true, []],
      ['"-"', null, null, true, []],
      ['"Қазақстан"', 'Қазақстан', 'KZ', true, []],
      ['"kaz"', 'kaz', 'KZ', true, []],
      ['"Китай"', 'Китай', 'CN', false, []],
      ['"Атлантида"', 'Атлантида', null, false, ['investor_country_company']],
      ['{"name":"Китай"}', null, null, true, ['investor_country_company']],
    ] as const
  ).map(([json, country, code, resident, lost]) => ({
    json,
    country,
    code,
    resident,
    lost,
    id: givenReport(`{"investor_country_company":${json}}`),
  }));
  test.each(investors)(
    'of the investor $json tells whether it is resident: $resident',
    async (given) => {
      const row = await warehouse
        .knex('gold.general_indicators')
        .where({ report_id: given.id })
        .first<Row>('country', 'country_code', 'is_resident');
      expect(row).toEqual({
        country: given.country,
        country_code: given.code,
        is_resident: given.resident,
      });
      expect(silver.get(given.id)?.['investor_country_code']).toBe(given.code);
      expect(defectsOf(given.id)).toEqual(given.lost);
    },
  );
});

describe('export items', () => {
  const column = 'income_international_current_quarter';
  const cases = (
    [
      [
        'keep their position, gaps too',
        '[{"country":"US","current_sum":1},{"country":"None"},{"country":"KZ","current_sum":"2 000,5"}]',
        [
          [1, 'US', '1.00'],
          [3, 'KZ', '2000.50'],
        ],
        [],
      ],
      [
        'may be of one country twice',
        '[{"country":"US","current_sum":1},{"country":"США","current_sum":2}]',
        [
          [1, 'US', '1.00'],
          [2, 'US', '2.00'],
        ],
        [],
      ],
      ['may be none', '[]', [], []],
      [
        'left empty on purpose are no defect',
        '[{},{"country":""},{"country":null,"current_sum":null},{"country":"None","current_sum":""},{"current_sum":"-"}]',
        [],
        [],
      ],
      [
        'without a sum are a defect',
        '[{"country":"US"},{"country":"US","current_sum":null},{"country":"US","current_sum":"—"}]',
        [],
        [1, 2, 3],
      ],
      [
        'without a country are a defect',
        '[{"current_sum":5},{"country":"None","current_sum":5},{"country":"","current_sum":0},{"country":null,"current_sum":"x"}]',
        [],
        [1, 2, 3, 4],
      ],
      [
        'with an unreadable sum are a defect and cost no other',
        '[{"country":"US","current_sum":"н/д"},{"country":"US","current_sum":true},{"country":"US","current_sum":"1e5"},{"country":"US","current_sum":1e2}]',
        [[4, 'US', '100.00']],
        [1, 2, 3],
      ],
      [
        'that are no objects are a defect',
        '[5,"US",null,["US"],true,{"country":["US"],"current_sum":1},{"country":{"a":1}}]',
        [],
        [1, 2, 3, 4, 5, 6, 7],
      ],
      ['may be negative', '[{"country":"US","current_sum":-1.005}]', [[1, 'US', '-1.01']], []],
    ] as const
  ).map(([what, json, rows, lost]) => ({
    what,
    rows,
    lost,
    id: givenReport(`{"${column}":${json}}`),
  }));

  test.each(cases)('$what', ({ id, rows, lost }) => {
    const read = items.get(id) ?? [];
    expect(read.map((row) => [row['item_no'], row['country_code'], row['export_income']])).toEqual(
      rows,
    );
    expect(defectsOf(id)).toEqual(lost.map((item) => `${column} ${item}`));
  });

  const numbers = casesOf(column, [
    ['12.5', '12.50'],
    ['"1 000,5"', '1000.50'],
    ['1e5', '100000.00'],
    ['null', NOTHING],
    ['""', NOTHING],
    ['"н/д"', DEFECT],
    ['"1e5"', DEFECT],
    ['{}', DEFECT],
    ['true', DEFECT],
  ]);
  test.each(numbers)('may be a number instead: $json gives $becomes', ({ id, expected }) => {
    expectColumn(id, column, expected);
    expect(items.get(id)).toBeUndefined();
  });
});

describe('the signed form', () => {
  const IIN = '900101300123';
  const BIN = '010240000011';
  const director = `<director><name>Айгерим</name><tin>${IIN}</tin></director>`;
  const cases = (
    [
      [
        'tells BIN and name',
        `<form><company><tin>${BIN}</tin><name>ТОО</name></company></form>`,
        BIN,
        'ТОО',
      ],
      ['in either order', `<company><name>ТОО</name><tin>${BIN}</tin></company>`, BIN, 'ТОО'],
      [
        'over several lines',
        `<form>\r\n  <company>\n    <tin>\n ${BIN}\n </tin>\n    <name>\n ТОО\t</name>\n  </company>\n</form>`,
        BIN,
        'ТОО',
      ],
      [
        'with entities',
        `<company><tin>${BIN}</tin><name>ТОО &quot;А &amp; Б&quot; &lt;В&gt; &apos;</name></company>`,
        BIN,
        `ТОО "А & Б" <В> '`,
      ],
      [
        'with entities that are read once',
        `<company><name>&amp;lt; &amp;amp; &#38;lt; &amp;#65; &#x26;gt;</name></company>`,
        null,
        '&lt; &amp; &lt; &#65; &gt;',
      ],
      [
        'with numeric references',
        '<company><name>&#1058;&#x41E;&#x41e; &#128512;&#x1F600; &#0; &#xD800; &#1114112; &nbsp; & &;</name></company>',
        null,
        'ТОО 😀😀 &#0; &#xD800; &#1114112; &nbsp; & &;',
      ],
      [
        'with a director before',
        `${director}<company><tin>${BIN}</tin><name>ТОО</name></company>`,
        BIN,
        'ТОО',
      ],
      [
        'with a director inside, first',
        `<company>${director}<tin>${BIN}</tin><name>ТОО</name></company>`,
        BIN,
        'ТОО',
      ],
      [
        'with a director inside, last',
        `<company><tin>${BIN}</tin><name>ТОО</name>${director}</company>`,
        BIN,
        'ТОО',
      ],
      ['with a director after', `<company><name>ТОО</name></company>${director}`, null, 'ТОО'],
      ['with a director inside alone', `<company>${director}</company>`, null, null],
      [
        'with a director whose element is not Latin',
        `<company><руководитель><tin>${IIN}</tin></руководитель><name>ТОО</name></company>`,
        null,
        'ТОО',
      ],
      [
        'with elements deep inside',
        `<company><a><b><tin>${IIN}</tin><c/></b></a><tin>${BIN}</tin></company>`,
        BIN,
        null,
      ],
      ['with empty elements', `<company><a/><b /><tin>${BIN}</tin><name/></company>`, BIN, null],
      ['cut short after the BIN', `<form><company><tin>${BIN}</tin><name>ТО`, BIN, null],
      [
        'cut short within the BIN',
        `<form><company><name>ТОО</name><tin>${BIN.slice(0, 6)}`,
        null,
        'ТОО',
      ],
      ['cut short within a director', `<company><director><tin>${IIN}</tin>`, null, null],
      ['cut short within a tag', `<company><tin>${BIN}</tin><name>ТОО</na`, BIN, null],
      [
        'whose company does not end before its parent does',
        `<form><company><name>ТОО</name></form><tin>${IIN}</tin>`,
        null,
        'ТОО',
      ],
      [
        'with a stray end within it',
        `<company></x><tin>${IIN}</tin></director></company>`,
        null,
        null,
      ],
      [
        'with an element that does not end',
        `<company><a><b></a><tin>${BIN}</tin></company>`,
        BIN,
        null,
      ],
      [
        'with attributes',
        `<company id="1"><tin>${BIN}</tin><name>ТОО</name></company>`,
        BIN,
        'ТОО',
      ],
      [
        'with a namespace',
        `<company xmlns="http://example.kz/a/b" xmlns:x='y>z'><tin>${BIN}</tin></company>`,
        BIN,
        null,
      ],
      [
        'with attributes within',
        `<company><tin type="bin">${BIN}</tin ><name lang="kk">ЖШС</name></company >`,
        BIN,
        'ЖШС',
      ],
      ['with a space in its tag', `<company ><tin>${BIN}</tin></company\n>`, BIN, null],
      [
        'where another element’s name begins alike',
        `<companyType>x</companyType><company><companyId>1</companyId><tin>${BIN}</tin></company>`,
        BIN,
        null,
      ],
      ['where the company is empty', `<company/><tin>${IIN}</tin>`, null, null],
      [
        'where the company has attributes and is empty',
        `<company a="b"/><tin>${IIN}</tin>`,
        null,
        null,
      ],
      [
        'with CDATA',
        `<company><tin><![CDATA[${BIN}]]></tin><name><![CDATA[ТОО <А> & "Б" &amp;]]></name></company>`,
        BIN,
        'ТОО <А> & "Б" &amp;',
      ],
      [
        'with tags in CDATA, which are none',
        `<note><![CDATA[<company><tin>${IIN}</tin>]]></note><company><tin>${BIN}</tin></company>`,
        BIN,
        null,
      ],
      [
        'with comments',
        `<!-- <company><tin>${IIN}</tin></company> --><company><!-- <tin>${IIN}</tin> --><tin>${BIN}</tin><name>Т<!-- -->ОО</name></company>`,
        BIN,
        'ТОО',
      ],
      [
        'with a comment that does not end',
        `<company><tin>${BIN}</tin><!-- <name>ТОО</name></company>`,
        BIN,
        null,
      ],
      [
        'with a declaration',
        `<?xml version="1.0"?><!DOCTYPE form><form><company><tin>${BIN}</tin></company></form>`,
        BIN,
        null,
      ],
      ['without a company', `<form><tin>${IIN}</tin><name>Айгерим</name></form>`, null, null],
      ['that is no XML', 'Қазақстан', null, null],
      ['that is empty', '', null, null],
      [
        'with a BIN of other length',
        `<company><tin>123</tin><name>ТОО</name></company>`,
        null,
        'ТОО',
      ],
      ['with an empty name', `<company><tin>${BIN}</tin><name> </name></company>`, BIN, null],
      [
        'with two of each, the first of which counts',
        `<company><tin>${BIN}</tin><tin>${IIN}</tin></company>`,
        BIN,
        null,
      ],
    ] as const
  ).map(([what, xml, bin, name]) => ({
    what,
    bin,
    name,
    id: givenReport('{}', { signature: JSON.stringify({ signed_xml: xml }) }),
  }));

  test.each(cases)('$what', ({ id, bin, name }) => {
    expect(silver.get(id)).toMatchObject({ company_tin: bin, company_name: name });
    expect(defectsOf(id)).toEqual([]);
  });

  const shapeless = ['[]', '"x"', 'null', '{"signed_xml":5}', '{"signed_xml":{"a":1}}', '{}'].map(
    (signature) => givenReport('{}', { signature }),
  );
  test('that is missing or something else tells nothing', () => {
    for (const id of shapeless) {
      expect(silver.get(id)).toMatchObject({ company_tin: null, company_name: null });
    }
  });

  const older = givenReport(JSON.stringify({ company_tin: BIN, company_name: 'ТОО «Форма»' }), {
    signature: JSON.stringify({
      signed_xml: `<company><tin>${IIN}</tin><name>Подпись</name></company>`,
    }),
  });
  test('comes after what the form itself says', () => {
    expect(silver.get(older)).toMatchObject({ company_tin: BIN, company_name: 'ТОО «Форма»' });
  });

  test.each([
    ['of text before the company', `repeat('<x>ж</x> ', 1000000) || company`],
    ['of text inside the company', `'<company>' || repeat('<x>ж</x>', 1000000)`],
    ['of nested elements', `'<company>' || repeat('<x>', 1000000) || company`],
    ['of comments', `repeat('<!-- -->', 500000) || company`],
    ['of CDATA', `repeat('<![CDATA[<company>]]>', 200000) || company`],
    ['of entities', `'<company><name>' || repeat('&amp;&#65;', 10000) || '</name></company>'`],
    ['of brackets', `repeat('<', 5000000) || company`],
    ['of beginnings of a company', `repeat('<company a="', 300000) || company`],
    ['of attributes', `'<company ' || repeat('a="b" ', 1000000)`],
  ])('is searched quickly, though it has megabytes %s', async (_, xml) => {
    // Tens of milliseconds; from each place on looked at again, so much takes minutes and more.
    const rows = await warehouse.knex.transaction(async (transaction) => {
      await transaction.raw(`set local statement_timeout = '20s'`);
      const read = await transaction.raw<{ rows: unknown[] }>(
        `select silver.read_signed_company(${xml})
         from (values ('<company><tin>${BIN}</tin></company>')) as usual (company)`,
      );
      return read.rows;
    });
    expect(rows).toHaveLength(1);
  });
});

describe('a defect', () => {
  const cases = (
    [
      ['ИИН 900101300123', 'ИИН [12 digits]'],
      ['900101-300123', '[12 digits]'],
      ['900101-300-123', '[12 digits]'],
      ['пишите aigerim.n@example.kz, спасибо', 'пишите [e-mail], спасибо'],
      ['+7 (701) 123-45-67', '[phone]'],
      ['тел. 8 701 123 45 67', 'тел. [phone]'],
      ['8(701)123-45-67', '[phone]'],
      ['тел.87011234567', 'тел.[phone]'],
      [`+7${NBSP}701${NBSP}1234567`, '[phone]'],
      ['900101300123 aigerim@example.kz 87011234567', '[12 digits] [e-mail] [phone]'],
      ['н/д', 'н/д'],
      ['12.345.678', '12.345.678'],
      ['1 500 000 000 тг', '1 500 000 000 тг'],
      ['9'.repeat(300), '9'.repeat(200)],
      ['ж'.repeat(300), 'ж'.repeat(200)],
    ] as const
  ).map(([raw, shown]) => ({
    raw,
    shown,
    id: givenReport(JSON.stringify({ income_total: raw, investor_country_company: raw })),
  }));

  test.each(cases)('shows $raw as $shown', ({ id, shown }) => {
    expect(defects.get(id)).toMatchObject([
      { column_name: 'income_total', position: 0, raw_value: shown, reason: 'expected an amount' },
      { column_name: 'investor_country_company', raw_value: shown },
    ]);
  });

  const beside = givenReport(
    JSON.stringify({
      income_international_current_quarter: [
        { country: 'US', current_sum: 'н/д', contact: 'Айгерим Нурланова' },
      ],
    }),
  );
  test('of an export item shows the country and the sum alone', () => {
    const [defect] = defects.get(beside) ?? [];
    expect(JSON.parse(defect?.raw_value ?? '')).toEqual({ country: 'US', current_sum: 'н/д' });
  });

  const whole = givenRequest({ data: JSON.stringify('Айгерим Нурланова') });
  const wholeReport = givenReport(JSON.stringify('Айгерим Нурланова'));
  test('of a whole form shows nothing of it', () => {
    for (const id of [whole, wholeReport]) {
      expect(defects.get(id)).toMatchObject([{ column_name: 'data', raw_value: null }]);
    }
  });
});

describe('a whole number of the source', () => {
  const cases = (
    [
      ['12', 12, []],
      ['"12"', 12, []],
      ['12.0', 12, []],
      ['1.2e1', 12, []],
      ['-5', -5, []],
      ['null', null, []],
      ['12.5', null, ['company_id', 'number']],
      ['2147483648', null, ['company_id', 'number']],
      ['1e400', null, ['company_id', 'number']],
      ['1e99999', null, ['company_id', 'number']],
      ['"x"', null, ['company_id', 'number']],
      ['true', null, ['company_id', 'number']],
    ] as const
  ).map(([json, expected, lost]) => {
    const id = givenRequest({ company_id: 'GIVEN', number: 'GIVEN' });
    const record = records[id - 1];
    const payload = JSON.stringify(record?.payload).replaceAll('"GIVEN"', json);
    records[id - 1] = { ...record, offset: id, payload };
    return { json, expected, lost, id };
  });

  test.each(cases)('$json is $expected', ({ id, expected, lost }) => {
    expect(requests.get(id)).toMatchObject({ company_id: expected, number: expected });
    expect(defectsOf(id)).toEqual(lost);
  });
});
