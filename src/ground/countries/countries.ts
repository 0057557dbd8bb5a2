import countries from 'i18n-iso-countries/index';
import english from 'i18n-iso-countries/langs/en.json';
import kazakh from 'i18n-iso-countries/langs/kk.json';
import russian from 'i18n-iso-countries/langs/ru.json';

/** A country's name in the three languages of the reports. */
interface Captions {
  readonly kk: string;
  readonly ru: string;
  readonly en: string;
}

export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  readonly label: Captions;
}

/** What captions say where the library's list has an older, a longer or an ambiguous name. */
const SHORT_NAMES: Readonly<Record<string, Partial<Captions>>> = {
  AT: { kk: 'Аустрия' },
  AU: { kk: 'Аустралия' },
  BN: { en: 'Brunei' },
  CD: { kk: 'Конго Демократиялық Республикасы' },
  CF: { ru: 'Центральноафриканская Республика' },
  CI: { en: 'Côte d’Ivoire' },
  CN: { ru: 'Китай', en: 'China' },
  CZ: { kk: 'Чехия', en: 'Czechia' },
  EH: { ru: 'Западная Сахара' },
  FK: { en: 'Falkland Islands' },
  FM: { en: 'Micronesia' },
  GF: { ru: 'Французская Гвиана' },
  GM: { en: 'Gambia' },
  IR: { en: 'Iran' },
  KG: { ru: 'Кыргызстан' },
  KP: { ru: 'КНДР' },
  LA: { en: 'Laos' },
  MD: { ru: 'Молдова', en: 'Moldova' },
  MK: { kk: 'Солтүстік Македония', en: 'North Macedonia' },
  PS: { en: 'Palestine' },
  RE: { en: 'Réunion' },
  RU: { ru: 'Россия', en: 'Russia' },
  SY: { en: 'Syria' },
  SZ: { kk: 'Эсватини' },
  TH: { kk: 'Таиланд' },
  TM: { ru: 'Туркменистан' },
  TW: { en: 'Taiwan' },
  TZ: { en: 'Tanzania' },
  US: { en: 'United States' },
  VA: { en: 'Vatican City' },
  VG: { en: 'British Virgin Islands' },
  VI: { en: 'U.S. Virgin Islands' },
};

/** Every country of ISO 3166-1, in the order of the codes, with its name in three languages. */
export const COUNTRIES: readonly Country[] = readCountries();

function readCountries(): Country[] {
  for (const language of [kazakh, russian, english]) countries.registerLocale(language);
  const nameOf = (code: string, language: keyof Captions) =>
    SHORT_NAMES[code]?.[language] ?? countries.getName(code, language) ?? code;
  return Object.keys(countries.getAlpha2Codes())
    .sort()
    .map((code) => ({
      code,
      label: { kk: nameOf(code, 'kk'), ru: nameOf(code, 'ru'), en: nameOf(code, 'en') },
    }));
}
