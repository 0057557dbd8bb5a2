import countries from 'i18n-iso-countries';
import { COUNTRIES } from './countries';
import { OFFICIAL_NAMES } from './officialNames';

/** The languages in which reports name countries. */
const LANGUAGES = ['ru', 'kk', 'en'] as const;

/** What stands before or behind a state's short name in full ones, in the language's words. */
const FULL_FORMS = {
  ru: ['республика *', 'королевство *', 'государство *', 'княжество *'],
  kk: ['* республикасы', '* корольдігі', '* мемлекеті'],
  en: ['republic of *', 'the republic of *', 'kingdom of *', 'state of *', 'the *'],
} as const;

/** Countries of which such a form is another country's name, or nobody's. */
const SHARED_FORMS: ReadonlySet<string> = new Set([
  'CD',
  'CF',
  'CG',
  'CN',
  'DM',
  'DO',
  'KP',
  'TW',
  'VG',
  'VI',
  'ZA',
]);

/** Countries that bear the name of a state of the USA, and the form that means that one. */
const FORMS_OF_OTHERS: ReadonlyMap<string, string> = new Map([['GE', 'state of *']]);

/** A list has them for one country, and people for two. */
const AMBIGUOUS = ['Конго', 'Congo'];

/** Accents and other marks upon letters, and characters without any width. */
const MARKS = /[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]+/g;
/** Whatever parts words: blanks, dots, quotes, hyphens, brackets. */
const SEPARATORS =
  /[\s\u0020-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e\u00a0\u00ab\u00b7\u00bb\u02b9-\u02bc\u2010-\u205f\u2212\u3000]+/g;

/** As silver.country_key writes it: lower case, without marks (ё is е, й is и), one space between words. */
export function countryKey(name: string): string {
  return name.toLowerCase().normalize('NFKD').replace(MARKS, '').replace(SEPARATORS, ' ').trim();
}

/** "Moldova, Republic of" is "Republic of Moldova" too; "Antigua and Barbuda" is also written with &. */
function variantsOf(name: string): string[] {
  const [, short, form] = /^([^,]+), (.* of(?: the)?)$/.exec(name) ?? [];
  return [
    name,
    ...(short && form ? [`${form} ${short}`] : []),
    name.replace(/ (?:and|и|және) /g, ' & '),
    name.replace(/^Saint /, 'St '),
  ];
}

function fullForms(name: string, code: string, language: (typeof LANGUAGES)[number]): string[] {
  if (SHARED_FORMS.has(code)) return [];
  const forms = FULL_FORMS[language].filter((form) => form !== FORMS_OF_OTHERS.get(code));
  return forms.map((form) => form.replace('*', name));
}

/** Names by how much they are the country's own: a stronger name is not taken away by a weaker one. */
function namesByStrength(): (readonly [code: string, name: string])[][] {
  const captions = COUNTRIES.flatMap(({ code, label }) =>
    LANGUAGES.map((language) => [code, label[language]] as const),
  );
  const library = LANGUAGES.flatMap((language) =>
    Object.entries(countries.getNames(language, { select: 'all' })).flatMap(([code, names]) =>
      [names].flat().map((name) => [code, name] as const),
    ),
  );
  const full = COUNTRIES.flatMap(({ code, label }) =>
    LANGUAGES.flatMap((language) =>
      fullForms(label[language], code, language).map((name) => [code, name] as const),
    ),
  );
  return [captions, [...library, ...OFFICIAL_NAMES], full];
}

/** A name that several countries may claim with the same strength is nobody's: it is not guessed. */
function allNames(): Map<string, string> {
  const names = new Map<string, string>();
  for (const [alpha2, alpha3] of Object.entries(countries.getAlpha2Codes())) {
    names.set(alpha2.toLowerCase(), alpha2);
    names.set(alpha3.toLowerCase(), alpha2);
  }
  for (const equals of namesByStrength()) {
    const claims = new Map<string, Set<string>>();
    for (const [code, name] of equals) {
      for (const key of variantsOf(name).map(countryKey)) {
        claims.set(key, (claims.get(key) ?? new Set()).add(code));
      }
    }
    for (const [key, [code, ...others]] of claims) {
      if (code !== undefined && others.length === 0 && !names.has(key)) names.set(key, code);
    }
  }
  for (const name of AMBIGUOUS) names.delete(countryKey(name));
  return names;
}

/** Every known name and code of a country as {@link countryKey} writes it → ISO 3166-1 alpha-2. */
export const COUNTRY_NAMES: ReadonlyMap<string, string> = allNames();
