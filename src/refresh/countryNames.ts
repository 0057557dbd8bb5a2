import countries from 'i18n-iso-countries';

/** The languages in which reports name countries. */
const LANGUAGES = ['ru', 'kk', 'en'] as const;

/** As people shorten or still call them, where the library's lists do not. */
const COMMON_NAMES: readonly (readonly [name: string, code: string])[] = [
  ['сша', 'US'],
  ['соединенные штаты', 'US'],
  ['соединенные штаты америки', 'US'],
  ['ақш', 'US'],
  ['usa', 'US'],
  ['united states', 'US'],
  ['united states of america', 'US'],
  ['оаэ', 'AE'],
  ['объединенные арабские эмираты', 'AE'],
  ['баә', 'AE'],
  ['uae', 'AE'],
  ['россия', 'RU'],
  ['российская федерация', 'RU'],
  ['рф', 'RU'],
  ['ресей', 'RU'],
  ['russia', 'RU'],
  ['кыргызстан', 'KG'],
  ['киргизия', 'KG'],
  ['кыргызская республика', 'KG'],
  ['южная корея', 'KR'],
  ['республика корея', 'KR'],
  ['оңтүстік корея', 'KR'],
  ['south korea', 'KR'],
  ['великобритания', 'GB'],
  ['соединенное королевство', 'GB'],
  ['англия', 'GB'],
  ['uk', 'GB'],
  ['great britain', 'GB'],
  ['казахстан', 'KZ'],
  ['республика казахстан', 'KZ'],
  ['рк', 'KZ'],
  ['қазақстан', 'KZ'],
  ['қазақстан республикасы', 'KZ'],
  ['беларусь', 'BY'],
  ['белоруссия', 'BY'],
  ['республика беларусь', 'BY'],
  ['китай', 'CN'],
  ['кнр', 'CN'],
  ['қытай', 'CN'],
  ['турция', 'TR'],
  ['turkey', 'TR'],
  ['чехия', 'CZ'],
  ['czech republic', 'CZ'],
  ['нидерланды', 'NL'],
  ['голландия', 'NL'],
  ['молдова', 'MD'],
  ['молдавия', 'MD'],
  ['туркменистан', 'TM'],
  ['туркмения', 'TM'],
  ['гонконг', 'HK'],
  ['тайвань', 'TW'],
  ['иран', 'IR'],
  ['вьетнам', 'VN'],
];

function allNames(): Map<string, string> {
  const names = new Map<string, string>();
  for (const [alpha2, alpha3] of Object.entries(countries.getAlpha2Codes())) {
    names.set(alpha2.toLowerCase(), alpha2);
    names.set(alpha3.toLowerCase(), alpha2);
  }
  for (const language of LANGUAGES) {
    // A country's first name wins over another country's lesser one (Congo).
    for (const select of ['all', 'official'] as const) {
      for (const [alpha2, spellings] of Object.entries(countries.getNames(language, { select }))) {
        for (const spelling of [spellings].flat()) names.set(normalize(spelling), alpha2);
      }
    }
  }
  for (const [name, alpha2] of COMMON_NAMES) names.set(normalize(name), alpha2);
  return names;
}

/** As silver.country_key writes it: lower case, single spaces, ё written as е. */
function normalize(name: string): string {
  const words = name.trim().replace(/\s+/g, ' ').toLowerCase();
  return words.replaceAll('ё', 'е').replaceAll('’', "'");
}

/** Every known name and code of a country in lower case → ISO 3166-1 alpha-2. */
export const COUNTRY_NAMES: ReadonlyMap<string, string> = allNames();
