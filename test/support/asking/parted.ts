import fc from 'fast-check';

/** What people put between the digits of a number, where they put anything. */
const SPACES = ' \t\n\u00a0\u1680\u2000\u2002\u2003\u2007\u2009\u200a\u2028\u202f\u205f\u3000';
const DASHES = '-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\ufe58\uff0d'.replace(
  '\u30fc',
  '',
);
const OTHERS = '._/\\|,:;\'’·•*~()[]{}<>«»"';
const INVISIBLE =
  '\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2063\u2066\u2069\u3164\ufe0e\ufe0f\ufeff\uffa0\u{e0020}\u{e0031}\u{e007f}\u{e0101}';

const SIGNS = [...SPACES, ...DASHES, ...OTHERS, ...INVISIBLE, '\u20e3', '\u0301'];

/** Digits of other scripts and shapes, each as a text of the ten. */
const SHAPES = [
  ...[0xff10, 0x0660, 0x06f0, 0x0966, 0x1d7ce, 0x1d7d8, 0x1d7f6, 0x2080, 0x1fbf0].map((zero) =>
    Array.from({ length: 10 }, (_, digit) => String.fromCodePoint(zero + digit)),
  ),
  [...'⁰¹²³⁴⁵⁶⁷⁸⁹'],
  [...'⓪①②③④⑤⑥⑦⑧⑨'],
  [...'⓿❶❷❸❹❺❻❼❽❾'],
];

/** Of a company registered since 1990. */
export const bin = fc
  .tuple(
    fc.integer({ min: 90, max: 126 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 4, max: 6 }),
    fc.integer({ min: 0, max: 9_999_999 }),
  )
  .map(([year, month, kind, rest]) =>
    [
      String(year % 100).padStart(2, '0'),
      String(month).padStart(2, '0'),
      kind,
      String(rest).padStart(7, '0'),
    ].join(''),
  );

/** Of Kazakhstan, with eleven digits or, without its prefix, ten. */
export const phone = fc
  .tuple(
    fc.constantFrom('7', '8', ''),
    fc.integer({ min: 700_000_000, max: 799_999_999 }),
    fc.nat(9),
  )
  .map(([prefix, number, last]) => `${prefix}${String(number)}${String(last)}`);

/** The digits, parted at random, in digits of any shape. */
export function parted(digits: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const between = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: fc.constantFrom(...SIGNS) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.constantFrom(...SIGNS), { minLength: 2, maxLength: 4 })
        .map((signs) => signs.join('')),
    },
  );
  const shape = fc.oneof(
    { weight: 3, arbitrary: fc.constant([...'0123456789']) },
    fc.constantFrom(...SHAPES),
  );
  return fc
    .tuple(digits, fc.array(between, { minLength: 12, maxLength: 12 }), shape, fc.boolean())
    .map(([number, signs, digit, mixed]) =>
      [...number]
        .map((one, index) => {
          const shown = mixed && index % 2 === 0 ? one : (digit[Number(one)] ?? one);
          return index === 0 ? shown : `${signs[index] ?? ''}${shown}`;
        })
        .join(''),
    );
}

const WORDS = [
  'ТОО',
  'БИН',
  'Альфа-1',
  'Group',
  'г. Астана',
  '№',
  'от 01.02.2024',
  '«Жұлдыз»',
  'тел',
  '2024',
  '(24/7)',
  '100 %',
  'қ',
  '🚀',
];

/** In the midst of other words. */
export function amidWords(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }).map((some) => some.join(' '));
  return fc.tuple(words, text, words).map((parts) => parts.filter((part) => part !== '').join(' '));
}

const ZEROS = (() => {
  const zeros = new Map<string, string>();
  for (const digits of SHAPES) digits.forEach((one, value) => zeros.set(one, String(value)));
  return zeros;
})();

/** All digits of a text, in whatever shape, and nothing else. */
export function digitsOf(text: string): string {
  return [...text].map((one) => ZEROS.get(one) ?? (/[0-9]/.test(one) ? one : '')).join('');
}
