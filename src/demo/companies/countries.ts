import type { Random } from '../basis/random';

interface Country {
  /** How much of the export goes there. */
  readonly weight: number;
  /** As people write it: codes, then names in Russian, Kazakh and English. */
  readonly spellings: readonly string[];
}

/** Where Kazakhstan's software goes. Every spelling is one that the country rule reads. */
export const EXPORT_COUNTRIES: readonly Country[] = [
  { weight: 26, spellings: ['RU', 'RUS', 'Россия', 'Российская Федерация', 'Ресей', 'Russia'] },
  { weight: 22, spellings: ['US', 'USA', 'США', 'Америка Құрама Штаттары', 'United States'] },
  { weight: 10, spellings: ['AE', 'ARE', 'ОАЭ', 'Біріккен Араб Әмірліктері', 'UAE'] },
  { weight: 9, spellings: ['UZ', 'UZB', 'Узбекистан', 'Өзбекстан', 'Uzbekistan'] },
  { weight: 7, spellings: ['GB', 'GBR', 'Великобритания', 'Ұлыбритания', 'United Kingdom'] },
  { weight: 6, spellings: ['DE', 'DEU', 'Германия', 'Germany'] },
  { weight: 5, spellings: ['KG', 'KGZ', 'Кыргызстан', 'Киргизия', 'Қырғызстан', 'Kyrgyzstan'] },
  { weight: 4, spellings: ['CN', 'CHN', 'Китай', 'Қытай', 'China'] },
  { weight: 4, spellings: ['TR', 'TUR', 'Турция', 'Түркия', 'Turkey'] },
  { weight: 3, spellings: ['CY', 'CYP', 'Кипр', 'Cyprus'] },
  { weight: 3, spellings: ['SG', 'SGP', 'Сингапур', 'Singapore'] },
  { weight: 2, spellings: ['NL', 'NLD', 'Нидерланды', 'Нидерланд', 'Netherlands'] },
  { weight: 2, spellings: ['GE', 'GEO', 'Грузия', 'Georgia'] },
  { weight: 2, spellings: ['KR', 'KOR', 'Южная Корея', 'Оңтүстік Корея', 'South Korea'] },
  { weight: 1, spellings: ['AZ', 'AZE', 'Азербайджан', 'Әзірбайжан', 'Azerbaijan'] },
  { weight: 1, spellings: ['BY', 'BLR', 'Беларусь', 'Belarus'] },
  { weight: 1, spellings: ['TJ', 'TJK', 'Таджикистан', 'Тәжікстан', 'Tajikistan'] },
  { weight: 1, spellings: ['PL', 'POL', 'Польша', 'Poland'] },
  { weight: 1, spellings: ['CH', 'CHE', 'Швейцария', 'Switzerland'] },
  { weight: 1, spellings: ['IN', 'IND', 'Индия', 'Үндістан', 'India'] },
];

/** Not read by the country rule: the text is kept, the code is NULL, and it is a defect. */
export const UNKNOWN_COUNTRIES = ['Атлантида', 'СНГ', 'прочие страны'] as const;

export const HOME_SPELLINGS = ['KZ', 'Казахстан', 'Қазақстан', 'Kazakhstan', 'КАЗАХСТАН'] as const;

const WEIGHT_OF_ALL = EXPORT_COUNTRIES.reduce((sum, { weight }) => sum + weight, 0);

function inAnyLetterCase(random: Random, spelling: string): string {
  if (random.chance(0.85)) return spelling;
  return random.chance(0.5) ? spelling.toLowerCase() : spelling.toUpperCase();
}

/** A country as somebody wrote it; `unknownShare` of them cannot be read. */
export function writeCountry(random: Random, unknownShare: number): string {
  if (random.chance(unknownShare)) return random.pick(UNKNOWN_COUNTRIES);
  let place = random.below(WEIGHT_OF_ALL);
  for (const { weight, spellings } of EXPORT_COUNTRIES) {
    if (place < weight) return inAnyLetterCase(random, random.pick(spellings));
    place -= weight;
  }
  throw new RangeError('The weights of the countries do not add up.');
}
