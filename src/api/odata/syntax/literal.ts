import type { Scanner } from './scanner';

/** A value as it stands in a request. Numbers keep their text, since a number of JavaScript loses digits. */
export type Literal =
  | { readonly of: 'null' }
  | { readonly of: 'boolean'; readonly value: boolean }
  | { readonly of: 'string'; readonly value: string }
  | { readonly of: 'number'; readonly text: string }
  | { readonly of: 'date'; readonly text: string }
  /** With its offset; UTC where none was given. */
  | { readonly of: 'moment'; readonly text: string };

const STRING = /'(?:[^']|'')*'/y;
/** The sign of an offset comes as a blank where somebody did not encode it. */
const MOMENT =
  /\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:[Zz]|[-+ ]\d\d:\d\d)?(?![\w.:])/y;
const DATE = /\d{4}-\d\d-\d\d(?![\w.:-])/y;
const NUMBER = /[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.:-])/y;
const WORD = /(?:null|true|false)(?![\w.(/])/y;
/** Literals of OData that no property here is compared with. */
const OTHERS =
  /(?:-?INF|NaN)(?![\w.])|(?:duration|binary|geography|geometry|[A-Za-z_][\w.]*\.[A-Za-z_]\w*)'|[\da-fA-F]{8}-[\da-fA-F]{4}-|\d\d:\d\d/y;
/** More would be more digits than any column holds. */
const MAX_EXPONENT = 40;

/** Reads a literal where one stands; undefined where something else does. */
export function readLiteral(scanner: Scanner): Literal | undefined {
  const word = scanner.take(WORD);
  if (word === 'null') return { of: 'null' };
  if (word !== undefined) return { of: 'boolean', value: word === 'true' };
  if (scanner.sees(/'/y)) {
    const string = scanner.expect(STRING, "a text that ends in an apostrophe, such as 'ТОО'");
    return { of: 'string', value: string.slice(1, -1).replaceAll("''", "'") };
  }
  if (scanner.sees(OTHERS)) {
    scanner.fail("a number, a text such as 'ТОО', a day, a moment, true, false or null");
  }
  const moment = scanner.take(MOMENT);
  if (moment !== undefined) return { of: 'moment', text: wholeMoment(moment) };
  const date = scanner.take(DATE);
  if (date !== undefined) return { of: 'date', text: date };
  if (!scanner.sees(/[-+]?\d/y)) return undefined;
  const before = scanner.failure('a number of at most 40 digits, without a letter at its end');
  const number = plainNumber(scanner.take(NUMBER) ?? '');
  if (number === undefined) throw before;
  return { of: 'number', text: number };
}

/** With seconds and an offset, and no zeros at the end of a fraction: some write seven digits of a second. */
function wholeMoment(text: string): string {
  const [, day = '', time = '', seconds = ':00', fraction = '', offset = 'Z'] =
    /^(.{10}).(\d\d:\d\d)(:\d\d)?(\.\d+)?(.+)?$/.exec(text) ?? [];
  const digits = fraction.replace(/\.?0+$/, '');
  return `${day}T${time}${seconds}${digits}${offset.toUpperCase().replace(' ', '+')}`;
}

/** Without an exponent, a plus or needless zeros; undefined of one that is too long. */
function plainNumber(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  if (whole === '' || exponent.length > 4 || Math.abs(Number(exponent)) > MAX_EXPONENT) {
    return undefined;
  }
  const shift = Number(exponent);
  const left = shift < 0 ? whole.padStart(1 - shift, '0') : whole;
  const right = shift > 0 ? fraction.padEnd(shift, '0') : fraction;
  const digits = left + right;
  const point = left.length + shift;
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const after = digits.slice(point).replace(/0+$/, '');
  return `${sign === '-' ? '-' : ''}${before}${after === '' ? '' : `.${after}`}`;
}
