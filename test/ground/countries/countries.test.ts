import { COUNTRIES, type Country } from '../../../src/ground/countries/countries';
import { COUNTRY_NAMES, countryKey } from '../../../src/ground/countries/countryNames';
import { EXPORT_COUNTRIES } from '../../../src/demo/companies/countries';

const LANGUAGES = ['kk', 'ru', 'en'] as const;

test('every code that the country rule gives has a name of its own in each language', () => {
  const codes = COUNTRIES.map(({ code }) => code);
  expect(new Set(codes)).toEqual(new Set(COUNTRY_NAMES.values()));
  expect(codes).toEqual([...codes].sort());
  for (const language of LANGUAGES) {
    const names = COUNTRIES.map(({ label }) => label[language]);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
    expect(names.filter((name, index) => name === codes[index] || name.trim() === '')).toEqual([]);
  }
});

test('names are those that people use', () => {
  const labelOf = (code: string) => COUNTRIES.find((country) => country.code === code)?.label;
  expect(labelOf('KZ')).toEqual({ kk: 'Қазақстан', ru: 'Казахстан', en: 'Kazakhstan' });
  expect(labelOf('CN')).toEqual({ kk: 'Қытай', ru: 'Китай', en: 'China' });
  expect(labelOf('US')).toEqual({
    kk: 'Америка Құрама Штаттары',
    ru: 'США',
    en: 'United States',
  });
});

test('a country that is written as its caption is read as that country', () => {
  const exported = EXPORT_COUNTRIES.map(({ spellings: [code] }) => code);
  const shown = (country: Country) => exported.includes(country.code);
  for (const { code, label } of COUNTRIES.filter(shown)) {
    for (const language of LANGUAGES) {
      expect([label[language], COUNTRY_NAMES.get(countryKey(label[language]))]).toEqual([
        label[language],
        code,
      ]);
    }
  }
});
