import { verbatim, type CellWriting } from './cell';
import type { ScalarType } from './scalarType';

const [TRUE, FALSE] = [Buffer.from('true'), Buffer.from('false')];
const LETTER_T = 0x74;

/** COPY writes t and f. */
const write: CellWriting = (source, from, _, out, at) => {
  const word = source[from] === LETTER_T ? TRUE : FALSE;
  return verbatim(word, 0, word.length, out, at);
};

export const boolean = {
  columns: ['bool'],
  cast: 'boolean',
  expected: 'true or false',
  read: (given) => (typeof given === 'boolean' ? given : undefined),
  readText: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  compared: 'equality',
  json: { text: '({})::text', quotes: 'none' },
  file: { write, quotedInJson: false },
} satisfies ScalarType;
