import { clearBinsIn } from '../../../../src/api/resolvers/compiled/clearBinsIn';

const rows = [
  { bin: '123456789012', name: 'ТОО «Bin»', cabin: '123456789012' },
  { bin: '777777000001', name: '","bin":"1', cabin: '1' },
  { bin: null, name: '"bin":"', cabin: '1' },
  { bin: '210987654321', name: 'B', cabin: '777777000001' },
];
const data = Buffer.from(rows.map((row) => JSON.stringify(row)).join(','));

test('BINs are counted under their own keys, and not what looks like such in a text or under a longer key', () => {
  expect(clearBinsIn(data, ['bin'])).toBe(2);
  expect(clearBinsIn(data, ['cabin'])).toBe(3);
  expect(clearBinsIn(data, ['bin', 'cabin'])).toBe(5);
  expect(clearBinsIn(Buffer.from('{"bin":"12"}'), ['bin'])).toBe(1);
  expect(clearBinsIn(Buffer.alloc(0), ['bin'])).toBe(0);
});
