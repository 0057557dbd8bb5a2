import { ask, model, statementsOf } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPublication, givenRows } from '../../../support/databases/gold';

interface Field {
  readonly name: string;
  readonly role: 'DIMENSION' | 'MEASURE';
  readonly filterOperators: readonly string[];
  readonly orderBy: string | null;
  readonly groupable: boolean;
  readonly groupBy: string | null;
  readonly groupKey: string | null;
}
interface Table {
  readonly name: string;
  readonly groups: string | null;
  readonly lastRefresh: { readonly dataVersionId: string } | null;
  readonly fields: readonly Field[];
}
interface Told {
  readonly marts: readonly Table[];
  readonly entities: readonly Table[];
}

const WHAT_CAN_BE_ASKED =
  'name groups fields { name role filterOperators orderBy groupable groupBy groupKey }';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function told<Answer = Told>(selection: string): Promise<Answer> {
  const { data, errors } = await ask(database.knex, `{ catalogue { ${selection} } }`);
  expect(errors).toBeUndefined();
  return data?.['catalogue'] as Answer;
}

/** `certificate.number` → `certificate { number }`, or with a condition what a filter has there. */
const selected = (path: string) => path.replace('.', ' { ') + (path.includes('.') ? ' }' : '');
const condition = (path: string, asked: string) =>
  path.split('.').reduceRight((inner, field) => `{ ${field}: ${inner} }`, asked);

test('marts, fields and values have captions in Kazakh, Russian and English', async () => {
  const { marts } = await told<{ marts: { name: string; fields: { name: string }[] }[] }>(
    `marts { name kk: label(lang: KK) ru: label(lang: RU) en: label(lang: EN)
       fields { name kk: label(lang: KK) ru: label(lang: RU) en: label(lang: EN) type unit kind nullable sources
         unitLabel(lang: KK) values { value label(lang: RU) } } }`,
  );
  const benefits = marts.find(({ name }) => name === 'taxBenefits');
  expect(benefits).toMatchObject({
    kk: 'Салық жеңілдіктері',
    ru: 'Налоговые льготы',
    en: 'Tax incentives',
  });
  expect(benefits?.fields.find(({ name }) => name === 'kpn')).toEqual({
    name: 'kpn',
    kk: 'КТС (корпоративтік табыс салығы)',
    ru: 'КПН (корпоративный подоходный налог)',
    en: 'CIT (corporate income tax)',
    type: 'Decimal',
    unit: 'KZT',
    unitLabel: 'теңге',
    kind: 'CUMULATIVE',
    nullable: true,
    sources: ['tax_incentives_kpn'],
    values: null,
  });
  expect(benefits?.fields.find(({ name }) => name === 'reportType')).toMatchObject({
    ru: 'Отчётный период',
    type: 'ReportType!',
    unit: null,
    kind: null,
    nullable: false,
    values: [
      { value: 'QUARTER1', label: 'I квартал' },
      { value: 'QUARTER2', label: 'II квартал' },
      { value: 'QUARTER3', label: 'III квартал' },
      { value: 'QUARTER4', label: 'IV квартал' },
      { value: 'YEARLY', label: 'Годовой отчёт' },
    ],
  });
});

test('what the catalogue says can be asked of a field is what the API takes', async () => {
  await givenPublication(database.knex);
  await givenRows(database.knex, 'gold.financing', [{}]);
  const { marts, entities } = await told(
    `marts { ${WHAT_CAN_BE_ASKED} } entities { ${WHAT_CAN_BE_ASKED} }`,
  );
  expect(marts.map(({ name }) => name)).toEqual(model.marts.map(({ rootField }) => rootField));
  for (const { name, groups, fields } of [...marts, ...entities]) {
    const operators = fields.map((field) => {
      const has = field.filterOperators.includes('isNull');
      expect([name, field.name, has]).toEqual([name, field.name, true]);
      return condition(field.name, '{ isNull: false }');
    });
    const orders = fields.flatMap(({ orderBy }) => (orderBy ? [`{ field: ${orderBy} }`] : []));
    const rows = `${name}(filter: { or: [${operators.join()}] }, orderBy: [${orders.join()}])
      { nodes { ${fields.map((field) => selected(field.name)).join(' ')} } }`;
    const groupable = fields.filter((field) => field.groupable);
    const measures = fields.filter(({ role }) => role === 'MEASURE').map((field) => field.name);
    // More than ten at once are refused.
    const grouped = groupable.map(
      ({ groupBy, groupKey }) =>
        `{ ${groups}(by: [${groupBy}]) { nodes { key { ${groupKey} } total { ${measures.join(' ')} } } } }`,
    );
    for (const query of [`{ ${rows} }`, ...grouped]) {
      const { errors } = await ask(database.knex, query);
      expect([query, errors]).toEqual([query, undefined]);
    }
    expect(groupable.length > 0).toBe(groups !== null);
  }
});

test('texts are searched and numbers compared; a list is in the groups of its elements', async () => {
  const { marts } = await told(`marts { ${WHAT_CAN_BE_ASKED} }`);
  const fieldOf = (mart: string, field: string) =>
    marts.find(({ name }) => name === mart)?.fields.find(({ name }) => name === field);
  expect(fieldOf('financing', 'companyName')?.filterOperators).toContain('contains');
  expect(fieldOf('financing', 'loanFunds')).toMatchObject({
    filterOperators: ['eq', 'ne', 'in', 'notIn', 'lt', 'lte', 'gt', 'gte', 'isNull'],
    orderBy: 'LOAN_FUNDS',
    groupable: false,
    groupBy: null,
  });
  expect(fieldOf('generalIndicators', 'activityFields')).toMatchObject({
    orderBy: null,
    groupBy: 'ACTIVITY_FIELD',
    groupKey: 'activityField',
  });
  expect(fieldOf('financing', 'certificate.number')).toMatchObject({
    orderBy: 'CERTIFICATE',
    groupBy: 'CERTIFICATE',
    groupKey: 'certificate',
  });
});

test('every caption is written in the letters of its language', () => {
  const { marts, entities, certificate, enums } = model;
  const labels = [
    ...[...marts, ...entities].flatMap((table) => [table, ...table.dimensions]),
    ...marts.flatMap(({ measures }) => measures),
    ...certificate,
    ...[...enums.values()].flat(),
  ].map(({ label }) => label);
  for (const { kk, ru, en } of labels) {
    expect([kk, ru, en]).toEqual([
      expect.stringMatching(/^(I|II|III|IV)?[\p{Script=Cyrillic} (),-]+$/u),
      expect.stringMatching(/^(I|II|III|IV)?[а-яё (),-]+$/iu),
      expect.stringMatching(/^[a-z\d (),-]+$/i),
    ]);
  }
});

test('all captions come at once in a language, each under a name of its own, as they stand elsewhere', async () => {
  type Named = { name: string; label: string };
  const { labels, marts, entities, enums, countries } = await told<{
    labels: Named[];
    marts: (Named & { fields: Named[] })[];
    entities: (Named & { fields: Named[] })[];
    enums: { name: string; values: { value: string; label: string }[] }[];
    countries: { code: string; label: string }[];
  }>(`labels(lang: KK) { name label }
      marts { name label(lang: KK) fields { name label(lang: KK) } }
      entities { name label(lang: KK) fields { name label(lang: KK) } }
      enums { name values { value label(lang: KK) } } countries { code label(lang: KK) }`);
  const captions = new Map(labels.map(({ name, label }) => [name, label]));
  expect(captions.size).toBe(labels.length);
  expect(captions.get('financing.loanFunds')).toBe('Қарыз қаражаты');
  const elsewhere = [
    ...[...marts, ...entities].flatMap((table) => [
      [table.name, table.label],
      ...table.fields.map(({ name, label }) => [`${table.name}.${name}`, label]),
    ]),
    ...enums.flatMap(({ name, values }) =>
      values.map(({ value, label }) => [`${name}.${value}`, label]),
    ),
    ...countries.map(({ code, label }) => [`Country.${code}`, label]),
  ];
  expect(new Set(labels.map(({ name, label }) => `${name} ${label}`))).toEqual(
    new Set(elsewhere.map((each) => each.join(' '))),
  );
});

test('each kind of measure is explained in each language', async () => {
  const { measureKinds, marts } = await told<{
    measureKinds: { value: string; kk: string; ru: string; en: string }[];
    marts: { fields: { kind: string | null; ru: string | null }[] }[];
  }>(`measureKinds { value kk: explanation(lang: KK) ru: explanation(lang: RU) en: explanation(lang: EN) }
      marts { fields { kind ru: kindExplanation(lang: RU) } }`);
  expect(measureKinds.map(({ value }) => value)).toEqual([
    'CUMULATIVE',
    'STOCK',
    'FLOW',
    'ADDITIVE',
    'DISTINCT',
  ]);
  for (const { kk, ru, en } of measureKinds)
    expect([kk, ru, en]).toEqual([
      expect.stringMatching(/^\p{Lu}[\p{Script=Cyrillic} ,:–-]+\.$/u),
      expect.stringMatching(/^\p{Lu}[\p{Script=Cyrillic} ,:–-]+\.$/u),
      expect.stringMatching(/^\p{Lu}[\p{Script=Latin} ,:;-]+\.$/u),
    ]);
  const explanations = new Map(measureKinds.map(({ value, ru }) => [value, ru]));
  for (const { kind, ru } of marts.flatMap(({ fields }) => fields)) {
    expect(ru).toBe(kind === null ? null : explanations.get(kind));
  }
});

test('the last refresh of a table is the publication that changed it, else the newest', async () => {
  const other = await createTestDatabase();
  const lastRefreshes = async () => {
    const { data } = await ask(
      other.knex,
      '{ catalogue { marts { name lastRefresh { dataVersionId publishedAt } } } }',
    );
    const { marts } = data?.['catalogue'] as Told;
    return Object.fromEntries(marts.map((mart) => [mart.name, mart.lastRefresh]));
  };
  expect(await lastRefreshes()).toMatchObject({ financing: null, exports: null });

  const changed = { inserted: 0, updated: 1, deleted: 0 };
  const untouched = { inserted: 0, updated: 0, deleted: 0 };
  for (const [day, changes] of [
    [1, { 'gold.financing': changed, 'gold.exports': changed }],
    [2, { 'gold.financing': untouched, 'gold.exports': changed }],
    [3, { 'gold.financing': untouched, 'gold.exports': untouched }],
  ] as const) {
    await other.knex('refresh.data_versions').insert({
      published_at: `2026-02-0${day}T00:00:00.5Z`,
      definition_hash: 'test',
      demonstration: false,
      full_rebuild: false,
      changed: JSON.stringify(changes),
    });
  }
  expect(await lastRefreshes()).toMatchObject({
    financing: { dataVersionId: '1', publishedAt: '2026-02-01T00:00:00.500000Z' },
    exports: { dataVersionId: '2', publishedAt: '2026-02-02T00:00:00.500000Z' },
    employees: { dataVersionId: '3', publishedAt: '2026-02-03T00:00:00.500000Z' },
  });
  await other.drop();
});

test('the catalogue reads nothing but when tables changed, and that once for all of them', async () => {
  const all = `marts { ${WHAT_CAN_BE_ASKED} } reportTypes { value } enums { name values { value } }
    countries { code label(lang: KK) }`;
  expect(await statementsOf(database.knex, () => told(all))).toEqual([]);
  const sent: string[] = [];
  database.knex.on('query', ({ sql }: { sql: string }) => sent.push(sql));
  await told('marts { lastRefresh { publishedAt } } entities { lastRefresh { publishedAt } }');
  database.knex.removeAllListeners('query');
  expect(sent.filter((sql) => sql.includes('lateral'))).toHaveLength(1);
});

test('the catalogue is for who may read marts', async () => {
  const query = '{ catalogue { marts { name } } }';
  for (const [rights, code] of [
    [null, 'UNAUTHENTICATED'],
    [['quality:read'], 'FORBIDDEN'],
  ] as const) {
    const { errors } = await ask(database.knex, query, { rights });
    expect(errors).toMatchObject([{ extensions: { code } }]);
  }
});
