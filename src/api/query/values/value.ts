import { sql, type Sql } from '../../../ground/database/sql';
import type { ColumnType } from '../../model/mart';
import { BadInput, shown } from './badInput';

/** Types of values: those of columns, where a certificate's number was found, and what groups come to. */
export type ValueType = ColumnType | 'CertificateSource' | 'BigInt' | 'Sum' | 'Float';
export type Value = string | number | boolean;

/** How the values of a type are read from the caller, and what PostgreSQL calls them. */
interface Reading {
  readonly cast: Sql;
  readonly expected: string;
  /** Undefined where the value is none of the type's. */
  read(value: unknown): Value | undefined;
}

/**
 * More than any number that is stored, and any sum of such: what an answer shows can be compared, and a value
 * that no column can hold is greater, or less, than all that one holds.
 */
export const MAX_DIGITS = 1_000;
const MAX_DECIMALS = 18;
const EXPECTED_DECIMAL = `a decimal number with at most ${String(MAX_DIGITS)} digits before the point and ${String(MAX_DECIMALS)} after it`;

const REPORT_TYPES = ['QUARTER1', 'QUARTER2', 'QUARTER3', 'QUARTER4', 'YEARLY'];
const CERTIFICATE_SOURCES = ['REPORT', 'PARTICIPANT', 'SERVICE_REQUEST'];

const readings: Readonly<Record<ValueType, Reading>> = {
  Int: {
    cast: sql`integer`,
    expected: 'a whole number from -2147483648 to 2147483647',
    read: (value) =>
      Number.isInteger(value) && isInt4(value as number) ? (value as number) : undefined,
  },
  Boolean: {
    cast: sql`boolean`,
    expected: 'true or false',
    read: (value) => (typeof value === 'boolean' ? value : undefined),
  },
  String: {
    cast: sql`text`,
    expected: 'a text without U+0000 and lone surrogates',
    // PostgreSQL refuses the one, and would receive something else for the other.
    read: (value) =>
      typeof value === 'string' && !/\0|\p{Surrogate}/u.test(value) ? value : undefined,
  },
  Decimal: {
    cast: sql`numeric`,
    expected: EXPECTED_DECIMAL,
    read: decimal,
  },
  Sum: {
    cast: sql`numeric`,
    expected: EXPECTED_DECIMAL,
    read: decimal,
  },
  BigInt: {
    // A sum of whole numbers, and what one is compared with, may pass 64 bits.
    cast: sql`numeric`,
    expected: `a whole number of at most ${String(MAX_DIGITS)} digits`,
    read: (value) => {
      const text = String(value);
      const [, digits = ''] = /^-?(\d+)$/.exec(text) ?? [];
      return digits !== '' && digits.length <= MAX_DIGITS ? text : undefined;
    },
  },
  Float: {
    cast: sql`double precision`,
    expected: 'a number',
    read(value) {
      if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
      const text = decimal(value);
      return text === undefined ? undefined : Number(text);
    },
  },
  Date: {
    cast: sql`date`,
    expected: 'a day of the calendar, as 2026-01-31',
    read: (value) => (typeof value === 'string' && isDay(value) ? value : undefined),
  },
  DateTime: {
    cast: sql`timestamptz`,
    expected: 'a moment with its offset, as 2026-01-31T09:30:00.123456Z',
    read: (value) => (typeof value === 'string' && isMoment(value) ? value : undefined),
  },
  ReportType: {
    cast: sql`text`,
    expected: `one of ${REPORT_TYPES.join(', ')}`,
    read: (value) => oneOf(REPORT_TYPES, value)?.toLowerCase(),
  },
  CertificateSource: {
    cast: sql`text`,
    expected: `one of ${CERTIFICATE_SOURCES.join(', ')}`,
    read: (value) => oneOf(CERTIFICATE_SOURCES, value),
  },
};

/** The value as it is bound. Throws BadInput where it is none of the type's, null included. */
export function readValue(type: ValueType, value: unknown, where: string): Value {
  const reading = readings[type];
  const read = reading.read(value);
  if (read === undefined) {
    throw new BadInput(`${where} is ${shown(value)}; expected ${reading.expected}.`);
  }
  return read;
}

/** The same for a text that a cursor holds; undefined where it is none of the type's. */
export function readText(type: ValueType, text: string): Value | undefined {
  if (type === 'Int') return readings.Int.read(/^-?\d{1,10}$/.test(text) ? Number(text) : text);
  if (type === 'Boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  return readings[type].read(text);
}

/** A bound value. Its type is always said, so that no statement depends on what PostgreSQL guesses. */
export function bound(type: ValueType, value: Value): Sql {
  return sql`${value}::${readings[type].cast}`;
}

/** What PostgreSQL calls the type. */
export function castSql(type: ValueType): Sql {
  return readings[type].cast;
}

export function boundList(type: ValueType, values: readonly Value[]): Sql {
  return sql`${values}::${readings[type].cast}[]`;
}

/** Texts compare by a collation of their own, whatever the database's. */
export function comparable(type: ValueType, expression: Sql): Sql {
  if (type === 'String') return sql`${expression} collate "und-x-icu"`;
  // quarter1 … quarter4, yearly: by their bytes they stand in the order of time.
  if (type === 'ReportType' || type === 'CertificateSource') return sql`${expression} collate "C"`;
  return expression;
}

function isInt4(value: number): boolean {
  return value >= -2_147_483_648 && value <= 2_147_483_647;
}

function decimal(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const [, whole, fraction = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined || whole.length > MAX_DIGITS || fraction.length > MAX_DECIMALS)
    return undefined;
  return text;
}

function oneOf(names: readonly string[], value: unknown): string | undefined {
  return typeof value === 'string' && names.includes(value) ? value : undefined;
}

function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined || year === '0000') return false;
  // Date reads 2026-02-30 as March 2nd: only a day of the calendar comes back as it was given.
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isMoment(text: string): boolean {
  const parts =
    /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/.exec(
      text,
    );
  return parts?.[1] !== undefined && isDay(parts[1]);
}
