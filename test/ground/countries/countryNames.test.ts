import { COUNTRIES } from '../../../src/ground/countries/countries';
import { COUNTRY_NAMES, countryKey } from '../../../src/ground/countries/countryNames';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { takeVaried } from './variedSpellings';

const codeOf = (name: string) => COUNTRY_NAMES.get(countryKey(name));

test('every name and caption that is shown of a country, in each language, is read as that country', () => {
  const shown = COUNTRIES.flatMap(({ code, label }) =>
    [...Object.values(label), code].map((name) => [name, code]),
  );
  expect(shown.map(([name = '']) => [name, codeOf(name)])).toEqual(shown);
});

/** By code, names as people write them; case, marks, blanks and quotes as they happen to be. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  AE: ['ОАЭ', 'UAE', 'U.A.E.', 'Объединённые Арабские Эмираты', 'The United Arab Emirates'],
  AZ: ['Азербайджанская Республика', 'Республика Азербайджан', 'Republic of Azerbaijan'],
  BY: ['Беларусь', 'Белоруссия', 'Республика Беларусь', 'Belarus', 'Беларусь Республикасы'],
  CD: ['Демократическая Республика Конго', 'ДР Конго', 'Congo-Kinshasa'],
  CG: ['Республика Конго', 'Конго-Браззавиль', 'Конго Республикасы'],
  CI: [
    "Кот-д'Ивуар",
    'Кот-д’Ивуар',
    'Кот д`Ивуар',
    'Кот-Дʼивуар',
    "COTE D'IVOIRE",
    'Côte d´Ivoire',
  ],
  CN: ['КНР', 'Китайская Народная Республика', 'PRC', "People's Republic of China", 'ҚХР'],
  CZ: ['Чешская Республика', 'Чехия', 'ЧЕШСКАЯ  РЕСПУБЛИКА', 'Czech Republic', 'Czechia'],
  DE: ['ФРГ', 'Федеративная Республика Германия', 'Federal Republic of Germany'],
  GB: ['Великобритания', 'UK', 'U.K.', 'Соединённое Королевство', 'Ұлыбритания', 'Англия'],
  GN: ['Гвинея', 'Guinea'],
  GW: ['Гвинея-Бисау', 'Гвинея Бисау', 'Guinea-Bissau'],
  HK: ['Гонконг', 'Hong Kong', 'Hong-Kong', 'HONGKONG', 'Hong Kong SAR'],
  IR: ['Иран', 'Исламская Республика Иран', 'Iran, Islamic Republic of', 'Иран Ислам Республикасы'],
  KG: ['Кыргызстан', 'Киргизия', 'Кыргызская Республика', 'Kyrgyz Republic', 'Қырғыз Республикасы'],
  KP: ['КНДР', 'Корейская Народно-Демократическая Республика', 'Северная Корея', 'DPRK'],
  KR: ['Корея', 'Южная Корея', 'Республика Корея', 'Korea, Republic of', 'Korea', 'Оңтүстік Корея'],
  KZ: ['РК', 'Республика Казахстан', 'Қазақстан Республикасы', 'ҚР', 'Republic of Kazakhstan'],
  MD: ['Moldova', 'Молдова', 'Молдавия', 'Республика Молдова', 'Moldova, Republic of'],
  MK: ['Македония', 'Северная Македония', 'North Macedonia', 'Republic of North Macedonia'],
  NL: ['Нидерланды', 'Голландия', 'The Netherlands', 'Королевство Нидерландов', 'Нидерланд'],
  PL: ['Польша', 'Республика Польша', 'Republic of Poland', 'Польша Республикасы'],
  RU: ['РФ', 'Р.Ф.', 'Российская Федерация', 'Ресей Федерациясы', 'Russian Federation'],
  SA: ['Королевство Саудовская Аравия', 'KSA', 'Kingdom of Saudi Arabia'],
  TJ: ['Республика Таджикистан', 'Тәжікстан Республикасы', 'Republic of Tajikistan'],
  TR: ['Türkiye', 'TURKIYE', 'TÜRKİYE', 'Turkey', 'Турецкая Республика', 'Түркия'],
  TW: [
    'Тайвань',
    'Taiwan, Province of China',
    'Taiwan (China)'.replace(' (', ', ').replace(')', ''),
  ],
  US: ['США', 'С.Ш.А.', 'USA', 'U.S.A.', 'U. S. A.', 'U.S.', 'Соединенные Штаты Америки', 'АҚШ'],
  UZ: [
    'Узбекистан',
    'Республика Узбекистан',
    'Өзбекстан Республикасы',
    "O'zbekiston",
    'Oʻzbekiston',
  ],
  VN: ['Вьетнам', 'Viet Nam', 'Vietnam', 'Социалистическая Республика Вьетнам'],
  ZA: ['ЮАР', 'Южно-Африканская Республика', 'South Africa', 'Republic of South Africa'],
};

test.each(Object.entries(WRITTEN))('%s is read however people write it', (code, names) => {
  const spellings = names.flatMap((name) => [name, ...takeVaried(name)]);
  expect(spellings.map((name) => [name, codeOf(name)])).toEqual(
    spellings.map((name) => [name, code]),
  );
});

test.each([
  ...[
    'Конго',
    'Congo',
    'Виргинские острова',
    'Virgin Islands',
    'State of Georgia',
    'Америка',
    'Европа',
    'Europe',
    'СНГ',
  ],
  ...['Kazakstan', 'Российская Империя', 'Атлантида', 'none', 'ZZ', 'XXX', '12', 'ЕС', 'Азия'],
  ...['n/a', 'N.A.', 'н/д', 'нет', 'c/o', 'Республика', 'Republic of', 'г. Москва', '', '.', '«»'],
])('%j names no country: it is not guessed', (name) => {
  expect(codeOf(name)).toBeUndefined();
});

describe('the database', () => {
  let warehouse: TestDatabase;
  beforeAll(async () => {
    warehouse = await createTestDatabase();
  });
  afterAll(() => warehouse.drop());

  test('writes the key of a name as the names of countries are written', async () => {
    const names = [
      ...COUNTRIES.flatMap(({ label }) => Object.values(label)),
      ...Object.values(WRITTEN).flat(),
      ...[
        '\u00a0Ёлка\u2009–\u202fЙод',
        'İIıi',
        'ΣΑΣ',
        'ﬁ²½',
        'a\u200bb\u00adc',
        '[x]^_`{y}|~',
        '´¨¸',
        '…',
      ],
    ];
    const spellings = names.flatMap((name) => [name, ...takeVaried(name)]);
    const { rows } = await warehouse.knex.raw<{ rows: { key: string | null }[] }>(
      'select silver.country_key(name) as key from unnest(?::text[]) with ordinality as n (name, no) order by no',
      [spellings],
    );
    expect(rows.map(({ key }, index) => [spellings[index], key ?? ''])).toEqual(
      spellings.map((name) => [name, countryKey(name)]),
    );
  });
});
