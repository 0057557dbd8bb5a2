import type { ScalarType } from './scalarType';

export const string = {
  columns: ['text', 'varchar'],
  cast: 'text',
  expected: 'a text without U+0000 and lone surrogates',
  // PostgreSQL refuses the one, and would receive something else for the other.
  read: (given) =>
    typeof given === 'string' && !/\0|\p{Surrogate}/u.test(given) ? given : undefined,
  compared: 'text',
  collation: 'und-x-icu',
  counted: true,
  json: { text: 'to_json({})::text', quotes: 'within', sentAs: 'string' },
  file: 'text',
} satisfies ScalarType;
