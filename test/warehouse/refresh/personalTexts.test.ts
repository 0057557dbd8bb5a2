import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { amidWords, bin, digitsOf, parted, phone } from '../../support/asking/parted';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 5);
const TEXTS = 200;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function shownAs(given: readonly string[]): Promise<string[]> {
  const { rows } = await database.knex.raw<{ rows: { shown: string }[] }>(
    `select silver.without_personal_data(text) as shown
     from json_array_elements_text(?::json) with ordinality as given (text, position) order by position`,
    [JSON.stringify(given)],
  );
  return rows.map(({ shown }) => shown);
}

describe('of a text', () => {
  test.each([
    ['ТОО (БИН 190 140 000 000)', 'ТОО (БИН [12 digits])'],
    ['ТОО «Альфа-1» 190140-000-000', 'ТОО «Альфа-1» [12 digits]'],
    ['190.140.000.000, ИИН 010203/500004', '[12 digits], ИИН [12 digits]'],
    ['[190](140)/000-000', '[[12 digits]'],
    ['1 9 0 1 4 0 0 0 0 0 0 0', '[12 digits]'],
    ['190\u00a0140\u2009000\u202f000', '[12 digits]'],
    ['190–140—000−000', '[12 digits]'],
    ['19\u200b01\u00ad40\u2060000\ufeff000', '[12 digits]'],
    ['190\ufe0f140\u{e0020}000\u200e000', '[12 digits]'],
    ['１９０１４００００００0', '[12 digits]'],
    ['١٩٠١٤٠٠٠٠٠٠٠', '[12 digits]'],
    ['𝟏𝟗𝟎𝟏𝟒𝟎𝟎𝟎𝟎𝟎𝟎𝟎', '[12 digits]'],
    ['¹⁹⁰¹⁴⁰⁰⁰⁰⁰⁰⁰', '[12 digits]'],
    ['①⑨⓪①④⓪⓪⓪⓪⓪⓪⓪', '[12 digits]'],
    ['⑲⓪⑭⓪ 000 000', '[12 digits]'],
    ['2024 190 140 000 000 12', '2024 [12 digits] 12'],
    // Which of them are the number, nobody can tell.
    ['4444 190 140 000 000 777 777', '4444 [12 digits]'],
    ['+7 (701) 123-45-67', '[phone]'],
    ['8(701)123/45/67', '[phone]'],
    ['8.701.123.45.67', '[phone]'],
    ['т. 701 123 45 67', 'т. [phone]'],
    ['+998 90 123-45-67 (этаж 5)', '[phone] (этаж 5)'],
    ['8 701 123 45 67, 8 702 123 45 67', '[phone], [phone]'],
    ['кв. 5, 87011234567', 'кв. 5, [phone]'],
    ['87011234567@mail.kz', '[e-mail]'],
    ['190 140 000 000@mail.kz', '[e-mail]'],
    ['пишите a@b.kz, спасибо', 'пишите [e-mail], спасибо'],
    ['ТОО «Альфа» (info@alpha.kz)', 'ТОО «Альфа» ([e-mail])'],
    ['«info@alpha.kz».', '«[e-mail]».'],
    ['имя@почта.қаз', '[e-mail]'],
    ['"Имя Отчество"@почта.қаз', '[e-mail]'],
    ['и\u200bмя@по\u00adчта\u2060.қаз', '[e-mail]'],
    ['a@xn--80ao21a.xn--80ao21a', '[e-mail]'],
    ['a＠b．kz', '[e-mail]'],
    ['a@[192.168.0.1]', '[e-mail]'],
    ['a@b.kz;c@d.kz', '[e-mail];[e-mail]'],
  ])('%s is shown as %s', async (given, shown) => {
    expect(await shownAs([given])).toEqual([shown]);
  });

  test.each([
    'ТОО «КАЗ@ВТО»',
    'ТОО «@home»',
    'ТОО «Кафе@24.7»',
    'me @ home.kz',
    'ТОО «2024 Group 100»',
    'ТОО «1С-Рейтинг 24/7»',
    '01.02.2024 - 31.12.2024',
    'с 2024-02-01 10:30',
    'не сдал за 2022, 2023, 2024',
    'Приказ № 123456, № 654321',
    'счёт KZ86125KZT5004100100',
    '9999999999999',
    '12 000 000 тг',
    '250-12-34',
  ])('%s stays as it is', async (given) => {
    expect(await shownAs([given])).toEqual([given]);
  });

  test('every digit of Unicode is one', async () => {
    const numbers: string[] = [];
    for (let code = 0; code < 0x1fc00; code += 1) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const one = String.fromCodePoint(code);
      if (/^\p{Nd}$/u.test(one) || /^[0-9]$/.test(one.normalize('NFKC')))
        numbers.push(one.repeat(12));
    }
    expect(numbers.length).toBeGreaterThan(650);
    expect(new Set(await shownAs(numbers))).toEqual(new Set(['[12 digits]']));
  });

  test('a BIN and a telephone number come out in no way of parting them', async () => {
    const planted = fc.tuple(bin, phone).chain(([number, call]) =>
      fc.record({
        number: fc.constant(number),
        call: fc.constant(call),
        text: fc
          .tuple(amidWords(parted(fc.constant(number))), amidWords(parted(fc.constant(call))))
          .map(([one, other]) => `${one} и ${other}`),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(planted, { minLength: TEXTS, maxLength: TEXTS }), async (all) => {
        const shown = await shownAs(all.map(({ text }) => text));
        for (const [index, { number, call, text }] of all.entries()) {
          const digits = digitsOf(shown[index] ?? '');
          expect([text, shown[index], digits.includes(number), digits.includes(call)]).toEqual([
            text,
            shown[index],
            false,
            false,
          ]);
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test('no more than the number is replaced', async () => {
    const words = fc
      .array(fc.constantFrom('ТОО', '«Альфа»', 'Group 100 KZ', 'от 01.02.2024 г.', 'Қазақ'), {
        minLength: 1,
        maxLength: 3,
      })
      .map((some) => some.join(' '));
    const planted = fc.tuple(words, parted(bin), words);
    await fc.assert(
      fc.asyncProperty(fc.array(planted, { minLength: TEXTS, maxLength: TEXTS }), async (all) => {
        const given = all.map(([before, number, after]) => `${before} БИН ${number} и ${after}`);
        const expected = all.map(([before, , after]) => `${before} БИН [12 digits] и ${after}`);
        expect(await shownAs(given)).toEqual(expected);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test.each([
    ['numbers', `repeat('1 ', 2000000)`],
    ['short numbers between letters', `repeat('1 1 1 a ', 500000)`],
    ['beginnings of an address', `repeat('a@', 500000)`],
    ['a long address', `repeat('a', 200000) || '@b' || repeat('.c', 100000)`],
    ['quotes', `'@' || repeat('"', 500000)`],
  ])('megabytes of %s are read to the end', async (_, text) => {
    const { rows } = await database.knex
      .raw<{ rows: { size: number }[] }>(`set statement_timeout = '30s'; select 1 as size`)
      .then(() =>
        database.knex.raw(`select length(silver.without_personal_data(${text})) as size`),
      );
    expect(rows[0]?.size).toBeGreaterThan(0);
  });
});

describe('of a defect', () => {
  test('what a cut leaves of a number or an address is left out', async () => {
    for (const rest of ['190 140 00', '+7 701 123', 'aigerim.n']) {
      const { rows } = await database.knex.raw<{ rows: { shown: string }[] }>(
        `select silver.redacted(rpad('', 990 - length(?), 'a') || '@example.kz ' || ? || '@example.kz and 0000000000') as shown`,
        [rest, rest],
      );
      expect(digitsOf(rows[0]?.shown ?? '')).toBe('');
      expect(rows[0]?.shown).not.toContain('aigerim');
    }
  });

  const escaped = (text: string) =>
    Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join('');
  const BOLD = '𝟏𝟗𝟎𝟏𝟒𝟎𝟎𝟎𝟎𝟎𝟎𝟎';
  test.each([
    ['as they are', escaped('190140000000')],
    ['as surrogates', escaped(BOLD)],
    ['as surrogates in capitals', escaped(BOLD).toUpperCase().replaceAll('U', 'u')],
    ['as surrogates, parted', escaped(BOLD.replace('𝟒', '𝟒 - '))],
    ['as surrogates among others', `19${escaped('𝟎𝟏𝟒')}0000\\u200b000`],
    ['twice', escaped('190140000000').replaceAll('\\', '\\\\')],
    ['as surrogates, twice', escaped(BOLD).replaceAll('\\', '\\\\')],
  ])('digits that are escaped %s are digits', async (_, text) => {
    const { rows } = await database.knex.raw<{ rows: { shown: string }[] }>(
      `select silver.redacted(?) as shown`,
      [`{"n":"${text}"}`],
    );
    expect(rows[0]?.shown).toMatch(/^\{"n":"\\{0,2}\[12 digits\]"\}$/);
  });

  test('half a pair of surrogates, and what no escape is, stay as they are', async () => {
    for (const text of ['\\ud835', '\\ud835x\\udfcf', '\\udfcf\\ud835', '\\ud83', '\\u']) {
      const { rows } = await database.knex.raw<{ rows: { shown: string }[] }>(
        `select silver.redacted(?) as shown`,
        [`["${text}"]`],
      );
      expect(rows[0]?.shown).toBe(`["${text}"]`);
    }
  });
});
