import countries from 'i18n-iso-countries';
import english from 'i18n-iso-countries/langs/en.json';
import kazakh from 'i18n-iso-countries/langs/kk.json';
import russian from 'i18n-iso-countries/langs/ru.json';
import {
  EXPORT_COUNTRIES,
  HOME_SPELLINGS,
  UNKNOWN_COUNTRIES,
} from '../../src/demo/companies/countries';

/** Short forms that people write and the library does not list. */
const SHORT_FORMS: Readonly<Record<string, string>> = {
  Кыргызстан: 'KG',
  Китай: 'CN',
  'Южная Корея': 'KR',
};

for (const locale of [english, kazakh, russian]) countries.registerLocale(locale);

function codeOf(spelling: string): string | undefined {
  const text = spelling.toUpperCase();
  if (countries.isValid(text)) return countries.toAlpha2(text);
  const named = ['ru', 'kk', 'en'].map((locale) => countries.getAlpha2Code(spelling, locale));
  return named.find(Boolean) ?? SHORT_FORMS[spelling];
}

describe('the countries of the demonstration data', () => {
  test.each(EXPORT_COUNTRIES.map(({ spellings }) => spellings))(
    'every spelling of %s names that country',
    (...spellings) => {
      expect(spellings.map(codeOf)).toEqual(spellings.map(() => spellings[0]));
    },
  );

  test('Kazakhstan is Kazakhstan in every spelling', () => {
    expect(new Set(HOME_SPELLINGS.map(codeOf))).toEqual(new Set(['KZ']));
  });

  test('the unknown ones are unknown', () => {
    expect(UNKNOWN_COUNTRIES.map(codeOf)).toEqual(UNKNOWN_COUNTRIES.map(() => undefined));
  });
});
