import { BYTE } from '../../ground/types/cell';
import { unescaped } from './cells';

/** What a spreadsheet takes for the beginning of a formula; in full width too. */
const SIGNS: ReadonlySet<number> = new Set(
  [...'=+-@＝＋－＠'].map((sign) => Number(sign.codePointAt(0))),
);
/** These alone before a text are enough: some spreadsheets read on behind them. */
const LINE_SIGNS: ReadonlySet<number> = new Set(Buffer.from('\t\r\n'));
/** What shows nothing: blanks, controls, marks of direction, joiners, the soft hyphen, a byte order mark. */
const INVISIBLE = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]/u;
const ASCII = 0x80;
const DELETE = 0x7f;

/**
 * Whether a spreadsheet could take a text of COPY for a formula: whether its first visible sign begins one.
 * Mostly the first byte decides.
 */
export function startsFormula(source: Buffer, from: number, to: number): boolean {
  let index = from;
  while (index < to) {
    const byte = source[index] as number;
    if (byte < ASCII) {
      const isEscaped = byte === BYTE.backslash;
      const sign = isEscaped ? unescaped(source[index + 1] as number) : byte;
      if (SIGNS.has(sign)) return true;
      if (index === from && LINE_SIGNS.has(sign)) return true;
      if (sign > BYTE.space && sign !== DELETE) return false;
      index += isEscaped ? 2 : 1;
    } else {
      // Cyrillic, with which most texts begin.
      if (byte === 0xd0 || byte === 0xd1) return false;
      const length = lengthOf(byte);
      const sign = source.toString('utf8', index, index + length);
      if (SIGNS.has(Number(sign.codePointAt(0)))) return true;
      if (!INVISIBLE.test(sign)) return false;
      index += length;
    }
  }
  return false;
}

/** Of the bytes of UTF-8 that begin so. */
function lengthOf(byte: number): number {
  if (byte >= 0xf0) return 4;
  return byte >= 0xe0 ? 3 : 2;
}
