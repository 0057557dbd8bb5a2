/** Writes the cell that lies in `source` between two places into `out`, and tells where it ends there. */
export type CellWriting = (
  source: Buffer,
  from: number,
  to: number,
  out: Buffer,
  at: number,
) => number;

/** A value that has no form in answers: these refuse it too. */
export class Unsayable extends Error {
  override readonly name = 'Unsayable';
}

/** The signs that the cells of COPY and their forms here are made of. */
export const BYTE = {
  tab: 0x09,
  newline: 0x0a,
  quote: 0x22,
  plus: 0x2b,
  dash: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  backslash: 0x5c,
  space: 0x20,
} as const;

/** What a letter behind a backslash stands for in COPY's text form; other signs stand for themselves. */
const UNESCAPED = new Uint8Array(256).map((_, byte) => byte);
for (const [letter, sign] of Object.entries({ b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 })) {
  UNESCAPED[letter.charCodeAt(0)] = sign;
}

/** The sign that COPY wrote as a backslash and this byte. */
export function unescaped(byte: number): number {
  return UNESCAPED[byte] ?? byte;
}

/** The cell as it stands there: digits and the like, in which COPY escapes nothing. */
export const verbatim: CellWriting = (source, from, to, out, at) => {
  for (let index = from; index < to; index += 1) out[at++] = source[index] as number;
  return at;
};

export const decimal: CellWriting = (source, from, to, out, at) => {
  if (source[to - 3] !== BYTE.dot) throw new Unsayable('A Decimal has no two decimals.');
  return verbatim(source, from, to, out, at);
};

/** Not `infinity`, and no year before Christ. */
export const date: CellWriting = (source, from, to, out, at) => {
  if (!isDigit(source[from]) || !isDigit(source[to - 1])) {
    throw new Unsayable('A Date is no day of the calendar.');
  }
  return verbatim(source, from, to, out, at);
};

/** `2026-01-05 00:36:19.4285+00` as 2026-01-05T00:36:19.428500Z. */
export const moment: CellWriting = (source, from, to, out, at) => {
  const end = to - 3;
  const isInUtc = source[end] === BYTE.plus && source[end + 1] === BYTE.zero;
  const space = source.indexOf(BYTE.space, from);
  if (!isDigit(source[from]) || !isInUtc || space === -1 || space > end) {
    throw new Unsayable('A DateTime is no moment in UTC.');
  }
  let next = verbatim(source, from, end, out, at);
  out[at + space - from] = LETTER_T;
  const digits = end - (space + TIME_WITHOUT_FRACTION);
  if (digits > 0) for (let given = digits - 1; given < 6; given += 1) out[next++] = BYTE.zero;
  out[next++] = LETTER_Z;
  return next;
};

const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
/** A space, and 00:36:19. */
const TIME_WITHOUT_FRACTION = 9;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const LETTER_TRUE = 0x74;

export const boolean: CellWriting = (source, from, _, out, at) => {
  const word = source[from] === LETTER_TRUE ? TRUE : FALSE;
  return verbatim(word, 0, word.length, out, at);
};

/** One of the texts that an enum's column may hold, in upper case. */
export function enumOf(texts: readonly string[]): CellWriting {
  const known = new Map(texts.map((text) => [text, Buffer.from(text.toUpperCase())]));
  return (source, from, to, out, at) => {
    const value = known.get(source.toString('latin1', from, to));
    if (!value) throw new Unsayable('A value is none of its enum.');
    return verbatim(value, 0, value.length, out, at);
  };
}

/** The cell between quotation marks. */
export function quoted(write: CellWriting): CellWriting {
  return (source, from, to, out, at) => {
    out[at] = BYTE.quote;
    const end = write(source, from, to, out, at + 1);
    out[end] = BYTE.quote;
    return end + 1;
  };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= BYTE.zero && byte <= BYTE.nine;
}
