import fc from 'fast-check';
import { keptScope, readScope, scopeText, type RowScope } from '../../../src/api/access/rowScope';
import { visibilityOf } from '../../../src/api/access/visibility';
import type { Right, Viewer } from '../../../src/api/access/viewer';

test('a scope is read out of a text, of lists, and out of what a key keeps', () => {
  const scope: RowScope = {
    years: [
      [2021, 2021],
      [2023, 2025],
    ],
    companies: [9, 10],
    certificates: ['1042'],
    marts: ['exports', 'financing'],
  };
  const text = 'years=2021,2023-2025;companies=9,10;certificates=1042;marts=exports,financing';
  expect(
    readScope(
      'years=2025,2023-2024,2021; companies=10,9,9;certificates=1042;marts=financing,exports',
    ),
  ).toEqual(scope);
  expect(
    readScope({
      years: [2021, '2023 - 2025'],
      companies: ['9', 10],
      certificates: [1042],
      marts: 'financing, exports',
    }),
  ).toEqual(scope);
  expect(scopeText(scope)).toBe(text);
  expect(readScope(text)).toEqual(scope);
  expect(readScope(JSON.parse(JSON.stringify(keptScope(scope))))).toEqual(scope);
});

test('a certificate may bear a comma where it stands in a list', () => {
  expect(readScope({ certificates: ['10,42'] })).toEqual({ certificates: ['10,42'] });
});

test('that all rows are seen is said in a word', () => {
  expect(readScope('all')).toBeUndefined();
  expect(scopeText(undefined)).toBe('all');
});

test.each([
  [undefined, 'A scope is undefined'],
  [null, 'A scope is null'],
  [true, 'A scope is true'],
  ['', 'A scope is ""'],
  ['everything', 'A scope is "everything"'],
  ['years=2024;years=2025', 'A scope is "years=2024;years=2025"'],
  [[], 'A scope is []'],
  [{}, 'A scope is empty'],
  [{ year: [2024] }, 'A scope has "year"; expected some of years, companies, certificates, marts.'],
  [{ years: [2024], regions: ['Astana'] }, 'A scope has "regions"'],
  ['years=', 'The years of a scope have ""'],
  ['years=2025-2023', 'The years of a scope have "2025-2023"'],
  [{ years: [] }, 'The years of a scope are 0'],
  [{ years: [2024.5] }, 'The years of a scope have "2024.5"'],
  [{ years: null }, 'The years of a scope have null'],
  [{ companies: [-1] }, 'The companies of a scope have "-1"'],
  [{ companies: ['2147483648'] }, 'The companies of a scope have "2147483648"'],
  [{ companies: [[9]] }, 'The companies of a scope have [9]'],
  [{ certificates: ['a\u0000'] }, 'The certificates of a scope have'],
  [{ marts: ['gold.financing'] }, 'The marts of a scope have "gold.financing"'],
  [JSON.parse('{"__proto__": [1]}'), 'A scope has "__proto__"'],
])('the scope %j is not understood', (given, complaint) => {
  expect(() => readScope(given)).toThrow(complaint);
});

const seenBy = (rights: readonly Right[], scope?: unknown, keyId = '1'): string => {
  const viewer: Viewer = { keyId, name: keyId, rights: new Set(rights) };
  return visibilityOf(scope === undefined ? viewer : { ...viewer, scope: readScope(scope) });
};

test('callers see the same by what they may see, not by who they are', () => {
  const rights: Right[] = ['marts:read', 'bin:lookup'];
  expect(seenBy(rights, undefined, '1')).toBe(seenBy([...rights].reverse(), 'all', '2'));
  expect(seenBy(['bin:read'])).toBe(seenBy(['bin:read', 'bin:lookup']));
  expect(seenBy(['marts:read'])).not.toBe(seenBy(rights));
  expect(seenBy(rights, 'years=2024')).not.toBe(seenBy(rights));
  expect(seenBy(rights, 'years=2023,2024;marts=exports,financing')).toBe(
    seenBy(rights, { marts: ['financing', 'exports', 'exports'], years: ['2023-2024'] }),
  );
});

test('the same years are the same scope, however they are given', () => {
  const spans = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 5 })),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(spans, (given) => {
      const years = given.map(([from, more]) => `${2000 + from}-${2000 + from + more}`);
      const each = given.flatMap(([from, more]) =>
        Array.from({ length: more + 1 }, (_, index) => 2000 + from + index),
      );
      expect(readScope({ years })).toEqual(readScope({ years: each }));
    }),
  );
});
