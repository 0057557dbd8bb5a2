import { readRowKey, wrongKeyColumn } from '../../../src/warehouse/bronze/record/rowKey';
import type { KeyColumn, KeyType } from '../../../src/warehouse/systems/declaration';

const UUID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const one = (type: KeyType): KeyColumn[] => [{ column: 'id', type }];

test.each<[KeyType, unknown, number | string | undefined]>([
  ['int', 7, 7],
  ['int', '7', 7],
  ['int', 2_147_483_648, undefined],
  ['int', 1.5, undefined],
  ['bigint', '9223372036854775807', '9223372036854775807'],
  ['bigint', '9223372036854775808', undefined],
  ['bigint', 12, '12'],
  ['bigint', '007', '7'],
  // JSON.parse has rounded it already: two keys could have become one.
  ['bigint', Number('9007199254740993'), undefined],
  ['text', 'AB-1', 'AB-1'],
  ['text', '', undefined],
  ['text', 1, undefined],
  ['uuid', UUID.toUpperCase(), UUID],
  ['uuid', 'no', undefined],
  ['int', null, undefined],
  ['text', undefined, undefined],
])('a key of type %s given as %j is %j', (type, given, expected) => {
  expect(readRowKey(one(type), { id: given })).toBe(expected);
});

test('a key of several columns is one text, which no two keys share', () => {
  const key: KeyColumn[] = [
    { column: 'date', type: 'text' },
    { column: 'person', type: 'int' },
  ];
  expect(readRowKey(key, { date: '2026-01-05', person: 7 })).toBe('["2026-01-05",7]');
  expect(readRowKey(key, { date: '2026-01-05' })).toBeUndefined();
  expect(wrongKeyColumn(key, { date: '2026-01-05', person: 'x' })).toEqual({
    column: 'person',
    expected: 'whole number of 32 bits',
  });
});
