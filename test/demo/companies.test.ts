import { checkDigit } from '../../src/demo/companies/bins';
import { companyAt, tinOf } from '../../src/demo/companies/companies';

const INDEXES = Array.from({ length: 120_000 }, (_, index) => index);

describe('the companies of the demonstration data', () => {
  const companies = INDEXES.map(companyAt);

  test('no two have the same BIN, and no two the same name', () => {
    expect(new Set(companies.map(({ bin }) => bin)).size).toBe(INDEXES.length);
    expect(new Set(companies.map(({ name }) => name)).size).toBe(INDEXES.length);
  });

  test('nearly all BINs have a right check digit, a few were masked at the source', () => {
    const masked = companies.filter(({ bin }) => bin.startsWith('777777'));
    const wrong = companies.filter(
      ({ bin }) => !bin.startsWith('777777') && checkDigit(bin) !== Number(bin[11]),
    );
    expect(masked.length / INDEXES.length).toBeCloseTo(0.003, 3);
    expect(wrong.length / INDEXES.length).toBeCloseTo(0.003, 3);
    expect(companies.every(({ bin }) => /^\d{12}$/.test(bin))).toBe(true);
  });

  test('a check digit is the weighted sum over 11, with other weights where that is 10', () => {
    // 9 × 1 + 4 × 2 + 4 × 5 + … : worked by hand for both rows of weights.
    expect(checkDigit('10000000000')).toBe(1);
    expect(checkDigit('00000000010')).toBe(1);
    expect(checkDigit('00000000000')).toBe(0);
  });

  test('account_company lacks a few, and has a few that are cut short', () => {
    const tins = INDEXES.slice(0, 20_000).map((index) => tinOf(index, companyAt(index)));
    expect(tins.filter((tin) => tin === null).length / tins.length).toBeCloseTo(0.03, 2);
    expect(tins.some((tin) => tin?.length === 5)).toBe(true);
  });
});
