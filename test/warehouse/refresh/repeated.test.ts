import { repeated } from '../../../src/warehouse/refresh/tables/repeated';

test('a line stands for one line per name of its list', () => {
  const select = [
    '-- list amounts: income, tax,',
    '-- list amounts: loan',
    'select',
    '  :each amounts form.:name as given_:name,',
    '  id',
  ].join('\n');
  expect(repeated(select).split('\n').slice(2)).toEqual([
    'select',
    '  form.income as given_income,',
    '  form.tax as given_tax,',
    '  form.loan as given_loan,',
    '  id',
  ]);
});

test('a last line gets no comma, and a list that is not declared is named', () => {
  expect(repeated('-- list a: x, y\n  :each a :name text\n)')).toBe(
    '-- list a: x, y\n  x text,\n  y text\n)',
  );
  expect(() => repeated('  :each sums :name')).toThrow(
    'A SELECT repeats a line for each of sums; expected a line "-- list sums:".',
  );
});
