import { readScope } from '../../../../src/api/access/rowScope';
import { ask, statementsOf, type Asker } from '../../../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../../../support/databases/database';
import { givenPseudonym, givenPublication } from '../../../support/databases/gold';

const BIN = '180140000012';
const PSEUDONYM = '777777900001';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { knex } = database;
  await givenPublication(knex);
  await givenPseudonym(knex, BIN, PSEUDONYM);
  await givenPseudonym(knex, '990140000019', '777777900002');
  await knex('silver.companies').insert([
    { company_id: 1, name: 'ТОО «Арман Платформа»', short_name: 'Арман Платформа', tin: BIN },
    { company_id: 2, name: 'Товарищество с ограниченной ответственностью "Арман"' },
    { company_id: 3, name: 'ACME Steppe Labs LLP' },
    { company_id: 4, name: 'ИП "Ёлка и Қазына"' },
    { company_id: 5, name: null, short_name: 'Ақ Орда АҚ' },
    { company_id: 6, name: 'АО «Облачные технологии»' },
    { company_id: 7, name: 'ЖШС «Жұлдыз Сеть»' },
    { company_id: 8, name: 'ООО "365 Код"' },
  ]);
  const granted = { service_id: 'techpark', bp_status: 'registered' };
  await knex('silver.service_requests').insert([
    { service_request_id: 10, company_id: 6, certificate_number: '1042', ...granted },
    { service_request_id: 11, company_id: 3, company_name: 'ТОО "Бывшее имя"', ...granted },
    { service_request_id: 12, company_name: 'ИП Безрегистровый', ...granted },
    { service_request_id: 13, company_id: 7, certificate_number: '77/А', service_id: 'visa' },
    { service_request_id: 14, company_name: 'Иван Безвестный', service_id: 'visa' },
  ]);
  await knex('silver.techpark_participants').insert([
    { service_request_id: 10, company_id: 6, bp_status: 'registered', certificate_number: '1042' },
    { service_request_id: 11, company_id: 3, bp_status: 'registered' },
    {
      service_request_id: 12,
      bp_status: 'registered',
      company_name: 'ИП Безрегистровый',
      company_tin: '990140000019',
    },
  ]);
});
afterAll(() => database.drop());

const search = async (text: string, fields: string, asker: Asker = {}) => {
  const query = `query ($text: String!) { companySearch(text: $text) { ${fields} } }`;
  const { data, errors } = await ask(database.knex, query, { ...asker, variables: { text } });
  expect(errors).toBeUndefined();
  return (data as { companySearch: { nodes: Record<string, unknown>[] } }).companySearch;
};

const found = async (text: string, asker: Asker = {}) => {
  const { nodes } = await search(text, 'nodes { closeness company { id } }', asker);
  return nodes.map(({ closeness, company }) => [
    (company as { id: string } | null)?.id ?? null,
    closeness,
  ]);
};

test.each([
  ['letter case', 'арман', '2', 'EXACT'],
  ['a legal form', 'ТОО Арман', '2', 'EXACT'],
  ['the legal form in Kazakh, behind', 'Арман ЖШС', '2', 'EXACT'],
  ['a legal form with full stops', 'Т.О.О. "Арман"', '2', 'EXACT'],
  ['a legal form in Latin letters', 'TOO «Арман»', '2', 'EXACT'],
  ['a legal form written out', 'Жауапкершілігі шектеулі серіктестігі "Арман"', '2', 'EXACT'],
  ['quotes of any kind', '„Арман“', '2', 'EXACT'],
  ['spaces and hyphens', '  арман - платформа ', '1', 'EXACT'],
  ['Cyrillic letters that look Latin', 'АСМЕ steppe', '3', 'BEGINNING'],
  ['mixed alphabets', 'АCМE', '3', 'BEGINNING'],
  ['Latin letters for Cyrillic ones', 'Arman', '2', 'EXACT'],
  ['Cyrillic letters for Latin ones', 'степпе лабс', '3', 'WORDS'],
  ['е for ё, Russian letters for Kazakh ones', 'елка и казына', '4', 'EXACT'],
  ['у for ұ', 'жулдыз', '7', 'BEGINNING'],
  ['letters with combining marks', 'Е\u0308лка', '4', 'BEGINNING'],
  ['a short name alone', 'ак орда', '5', 'EXACT'],
  ['words in another order', 'платформа арман', '1', 'WORDS'],
  ['beginnings of words', 'обл техн', '6', 'WORDS'],
  ['a part of a word', 'облачн', '6', 'BEGINNING'],
  ['a part within a word', 'нологи', '6', 'PART'],
  ['a wrong letter', 'арнан', '2', 'SIMILAR'],
  ['beginnings of words in another order', 'техн обл', '6', 'WORDS'],
  ['a wrong and a missing letter', 'облочные технлогии', '6', 'SIMILAR'],
  ['a missing letter', 'облачые технологии', '6', 'SIMILAR'],
  ['letters that changed places', 'жлудыз сеть', '7', 'SIMILAR'],
  ['digits', '365', '8', 'BEGINNING'],
])('a company is found whatever %s: %s', async (_what, text, id, closeness) => {
  expect((await found(text))[0]).toEqual([id, closeness]);
});

test('the closest comes first, and the order is always the same', async () => {
  const { nodes } = await search('арман', 'nodes { name closeness score foundBy }');
  expect(nodes.slice(0, 2)).toEqual([
    {
      name: 'Товарищество с ограниченной ответственностью "Арман"',
      closeness: 'EXACT',
      score: 1,
      foundBy: 'NAME',
    },
    { name: 'ТОО «Арман Платформа»', closeness: 'BEGINNING', score: 1, foundBy: 'NAME' },
  ]);
});

test('a text that nothing is like finds nothing', async () => {
  expect(await found('шшшщщщ')).toEqual([]);
  expect(await found('ъ')).toEqual([]);
});

test('a company is found by the certificate of any of its requests, and by a former name', async () => {
  const fields = `nodes { name foundBy closeness serviceRequestId company { id } participation { id } }`;
  expect((await search('1042', fields)).nodes).toEqual([
    {
      name: 'АО «Облачные технологии»',
      foundBy: 'CERTIFICATE_NUMBER',
      closeness: 'EXACT',
      serviceRequestId: 10,
      company: { id: '6' },
      participation: { id: 'Participant:10' },
    },
  ]);
  expect((await search('77/А', fields)).nodes[0]).toEqual({
    name: 'ЖШС «Жұлдыз Сеть»',
    foundBy: 'CERTIFICATE_NUMBER',
    closeness: 'EXACT',
    serviceRequestId: 13,
    company: { id: '7' },
    participation: null,
  });
  expect((await search('бывшее имя', fields)).nodes[0]).toMatchObject({
    name: 'ТОО "Бывшее имя"',
    company: { id: '3' },
  });
});

test.each(['№1042', '№ 1042', '#1042', 'No. 1042', 'N 1042', 'номер 1042'])(
  'a certificate is found with a sign of numbers before it: %s',
  async (text) => {
    const { nodes } = await search(text, 'nodes { foundBy company { id } }');
    expect(nodes[0]).toEqual({ foundBy: 'CERTIFICATE_NUMBER', company: { id: '6' } });
  },
);

test('a participant is found whose company the register does not know, and no request of another service', async () => {
  const fields = 'nodes { name company { id } participation { id } }';
  expect((await search('безрегистровый', fields)).nodes).toEqual([
    { name: 'ИП Безрегистровый', company: null, participation: { id: 'Participant:12' } },
  ]);
  expect((await search('Иван Безвестный', fields)).nodes).toEqual([]);
});

test('a BIN finds what the caller sees, and a hidden one only who may read or look it up', async () => {
  const rights = ['marts:read'] as const;
  expect(await found(PSEUDONYM)).toEqual([['1', 'EXACT']]);
  expect(await found(BIN)).toEqual([]);
  expect(await found(BIN, { rights: [...rights, 'bin:lookup'] })).toEqual([['1', 'EXACT']]);
  expect(await found(BIN, { rights: [...rights, 'bin:read'] })).toEqual([['1', 'EXACT']]);
  expect(await found(PSEUDONYM, { rights: [...rights, 'bin:read'] })).toEqual([]);
  expect(await found('777777900002')).toEqual([[null, 'EXACT']]);
});

test('what is outside of a scope is not found, by whatever it is asked for', async () => {
  const foundWithin = (scope: string, text: string) =>
    found(text, { scope: readScope(scope), rights: ['marts:read', 'bin:read'] });
  expect(await foundWithin('companies=1', 'арман')).toEqual([['1', 'BEGINNING']]);
  expect(await foundWithin('companies=1', '1042')).toEqual([]);
  expect(await foundWithin('companies=1', 'безрегистровый')).toEqual([]);
  expect(await foundWithin('companies=2', BIN)).toEqual([]);
  expect(await foundWithin('companies=7', '77/А')).toEqual([['7', 'EXACT']]);
  expect(await foundWithin('certificates=1042', 'облачные')).toEqual([['6', 'BEGINNING']]);
  expect(await foundWithin('certificates=1042', '1042')).toEqual([['6', 'EXACT']]);
  expect(await foundWithin('certificates=1042', '77/А')).toEqual([]);
  expect(await foundWithin('certificates=1042', 'acme')).toEqual([]);
  expect(await foundWithin('years=2024', 'арман')).toHaveLength(2);
});

test('pages through matches neither repeat nor skip any', async () => {
  const query = `query ($after: String) { companySearch(text: "а", first: 2, after: $after) {
    totalCount nodes { name } pageInfo { hasNextPage endCursor } } }`;
  interface Matches {
    readonly totalCount: number;
    readonly nodes: readonly { readonly name: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  }
  const names: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { data } = await ask(database.knex, query, { variables: { after } });
    const page = (data as { companySearch: Matches }).companySearch;
    names.push(...page.nodes.map(({ name }) => name));
    after = page.pageInfo.endCursor;
    more = page.pageInfo.hasNextPage;
    if (!more) expect(names).toHaveLength(page.totalCount);
  }
  expect(names.length).toBeGreaterThan(2);
  expect(new Set(names).size).toBe(names.length);
});

test.each([
  ['', 'text is empty; expected a name, a certificate number or a BIN.'],
  ['  ', 'text is empty; expected a name, a certificate number or a BIN.'],
  ['«…»', 'text is "«…»"; expected at least one letter or digit.'],
  ['я'.repeat(301), 'text has 301 characters; expected at most 300.'],
  ['a\0', 'text is "a\\u0000"; expected a text without U+0000 and lone surrogates.'],
])('the text %j is refused in one sentence', async (text, sentence) => {
  const { errors } = await ask(
    database.knex,
    'query ($text: String!) { companySearch(text: $text) { totalCount } }',
    { variables: { text } },
  );
  expect(errors).toEqual([
    expect.objectContaining({ message: sentence, extensions: { code: 'BAD_USER_INPUT' } }),
  ]);
});

test('a cursor of another text is refused', async () => {
  const { pageInfo } = (await search(
    'арман',
    'nodes { name } pageInfo { endCursor }',
  )) as unknown as {
    pageInfo: { endCursor: string };
  };
  const { errors } = await ask(
    database.knex,
    `{ companySearch(text: "acme", after: "${pageInfo.endCursor}") { totalCount } }`,
  );
  expect(errors?.[0]?.message).toContain('after is a cursor of another list');
});

test('a search is one statement, and one more for all companies that it leads to', async () => {
  const statements = await statementsOf(database.knex, () =>
    search('арман', 'totalCount nodes { name company { name } } pageInfo { hasNextPage }'),
  );
  expect(statements).toHaveLength(2);
});

test('names are found by their indexes, however many there are', async () => {
  const transaction = await database.knex.transaction();
  try {
    await transaction.raw(
      `insert into silver.companies (company_id, name)
       select 1000 + number, 'ТОО «Компания ' || md5(number::text) || '»' from generate_series(1, 3000) as number`,
    );
    const scans = async () => {
      const { rows } = await transaction.raw<{ rows: { whole: string; index: string }[] }>(
        `select sum(seq_scan) as whole, sum(idx_scan) as index from pg_stat_xact_user_tables
         where relid in ('silver.companies'::regclass, 'silver.service_requests'::regclass)`,
      );
      return { whole: Number(rows[0]?.whole), index: Number(rows[0]?.index) };
    };
    const before = await scans();
    for (const text of ['арман', 'а', 'Облачные технологии']) {
      await transaction.raw(
        'select * from silver.names_like(silver.name_looking(?), silver.name_sounding(?))',
        [text, text],
      );
    }
    const after = await scans();
    expect(after.whole).toBe(before.whole);
    expect(after.index).toBeGreaterThanOrEqual(before.index + 6);
  } finally {
    await transaction.rollback();
  }
});
