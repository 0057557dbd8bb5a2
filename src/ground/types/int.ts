import { verbatim } from './cell';
import type { ScalarType } from './scalarType';

const [LEAST, GREATEST] = [-2_147_483_648, 2_147_483_647];

function read(given: unknown): number | undefined {
  return typeof given === 'number' && Number.isInteger(given) && given >= LEAST && given <= GREATEST
    ? given
    : undefined;
}

export const int = {
  columns: ['int4', 'int2'],
  cast: 'integer',
  expected: `a whole number from ${String(LEAST)} to ${String(GREATEST)}`,
  read,
  readText: (text) => (/^-?\d{1,10}$/.test(text) ? read(Number(text)) : undefined),
  compared: 'order',
  added: true,
  counted: true,
  json: { text: '({})::text', quotes: 'none', sentAs: 'json' },
  file: { write: verbatim, quotedInJson: false },
} satisfies ScalarType;
